import asyncio

import pytest
import pytest_asyncio


@pytest_asyncio.fixture
async def ticks():
    return [await asyncio.sleep(0, n) for n in range(3)]


@pytest.mark.asyncio
async def test_ticks(ticks):
    assert ticks == [0, 1, 2]
