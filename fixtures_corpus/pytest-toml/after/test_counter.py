import asyncio

import pytest


class Counter:
    def __init__(self):
        self.value = 0
        self._lock = asyncio.Lock()

    async def add(self):
        async with self._lock:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1


@pytest.fixture
async def counter():
    return Counter()


@pytest.mark.parametrize("times", [0, 1, 20])
async def test_nothing_is_lost(counter, times):
    await asyncio.gather(*(counter.add() for _ in range(times)))
    assert counter.value == times
