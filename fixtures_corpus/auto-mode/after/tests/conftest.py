import asyncio

import pytest


class Station:
    def __init__(self, name):
        self.name = name
        self.readings = asyncio.Queue()

    async def measure(self, value):
        await self.readings.put(value)

    async def latest(self):
        return await asyncio.wait_for(self.readings.get(), 1)


@pytest.fixture(params=["north", "south"])
async def station(request):
    station = Station(request.param)
    yield station
    assert station.readings.empty()


@pytest.fixture
async def measured(station):
    await station.measure(21)
    return 21


@pytest.fixture
def calm():
    return 0
