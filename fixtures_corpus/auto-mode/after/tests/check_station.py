import asyncio

import pytest


async def test_latest(station, measured):
    assert await station.latest() == measured


async def test_nothing_measured(station, calm):
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(station.latest(), 0.01)
    assert calm == 0


@pytest.mark.xfail(reason="stations do not know the wind")
async def test_wind(station):
    await asyncio.sleep(0)
    assert station.wind


@pytest.mark.skipif(not hasattr(asyncio, "Queue"), reason="no queues")
class TestNames:
    async def test_name(self, station):
        assert station.name in {"north", "south"}

    def test_sync(self, calm):
        assert calm == 0
