import asyncio

from clock import Clock


async def test_sleepers_wake_in_time():
    clock = Clock()
    sleeper = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    await clock.turn(9)
    assert not sleeper.done()
    await clock.turn(1)
    await sleeper
