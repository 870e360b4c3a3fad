"""Run a coroutine as the main program."""

import asyncio
import sys

import alt_pytest_asyncio


async def wait():
    try:
        await asyncio.sleep(60)
    finally:
        print("ended")


async def main():
    asyncio.get_running_loop().create_task(wait())
    await asyncio.sleep(0)
    if "fail" in sys.argv:
        raise ValueError("wrong")


loop = asyncio.new_event_loop()
try:
    alt_pytest_asyncio.run_coro_as_main(loop, main())
finally:
    print("closed:", loop.is_closed())
