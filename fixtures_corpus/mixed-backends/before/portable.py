"""Works on every backend that anyio knows."""

import anyio
import anyio.lowlevel


async def double(numbers):
    results = {}

    async def one(number):
        await anyio.lowlevel.checkpoint()
        results[number] = 2 * number

    async with anyio.create_task_group() as group:
        for number in numbers:
            group.start_soon(one, number)
    return results
