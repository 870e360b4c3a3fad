import asyncio
import time


async def test_ticks(ticker):
    while len(ticker) < 3:
        await asyncio.sleep(0)


async def test_ticks_on(ticker):
    seen = len(ticker)
    await asyncio.to_thread(time.sleep, 0.001)
    await asyncio.sleep(0)
    assert len(ticker) > seen


async def test_what_is_left_running_is_cancelled():
    asyncio.create_task(asyncio.sleep(3600))
    await asyncio.sleep(0)
