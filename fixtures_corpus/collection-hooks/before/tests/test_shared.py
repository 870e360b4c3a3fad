import asyncio

import pytest


@pytest.mark.asyncio
async def test_put(seen):
    await seen.put(1)
    assert await seen.get() == 1


@pytest.mark.asyncio
async def test_wait(seen):
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(seen.get(), 0.01)
