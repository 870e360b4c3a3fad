import asyncio
import contextlib

import pytest


@pytest.fixture(scope="session")
async def ticker():
    ticks = []

    async def tick():
        while True:
            ticks.append(len(ticks))
            await asyncio.sleep(0)

    task = asyncio.create_task(tick())
    yield ticks
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
