import asyncio

from marks import slow


@slow
async def test_both():
    await asyncio.sleep(0)


@slow
async def test_slow():
    await asyncio.sleep(0)
