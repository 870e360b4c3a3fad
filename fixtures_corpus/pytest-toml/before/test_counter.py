import asyncio

import pytest
import pytest_asyncio


class Counter:
    def __init__(self):
        self.value = 0
        self._lock = asyncio.Lock()

    async def add(self):
        async with self._lock:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1


@pytest_asyncio.fixture
async def counter():
    return Counter()


@pytest.mark.asyncio
@pytest.mark.parametrize("times", [0, 1, 20])
async def test_nothing_is_lost(counter, times):
    await asyncio.gather(*(counter.add() for _ in range(times)))
    assert counter.value == times
