import asyncio

import pytest


@pytest.fixture
async def ticks():
    return [await asyncio.sleep(0, n) for n in range(3)]


async def test_ticks(ticks):
    assert ticks == [0, 1, 2]
