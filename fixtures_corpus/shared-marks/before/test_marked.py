import asyncio

from marks import on_loop, slow


@on_loop
@slow
async def test_both():
    await asyncio.sleep(0)


@slow
async def test_slow():
    await asyncio.sleep(0)
