"""A clock that ticks in a task of its own."""

import asyncio


class Clock:
    def __init__(self):
        self.ticks = 0
        self.task = None

    def start(self):
        self.task = asyncio.create_task(self.run())

    async def run(self):
        while True:
            self.ticks += 1
            await asyncio.sleep(0)

    async def stop(self):
        self.task.cancel()
        await asyncio.wait([self.task])
