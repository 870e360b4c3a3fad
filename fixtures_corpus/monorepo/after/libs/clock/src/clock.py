"""Clocks that tests can turn."""

import asyncio


class Clock:
    def __init__(self):
        self.now = 0
        self._waiting = []

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        self._waiting.append((self.now + seconds, woken))
        await woken

    async def turn(self, seconds):
        self.now += seconds
        for when, woken in list(self._waiting):
            if when <= self.now and not woken.done():
                woken.set_result(None)
        await asyncio.sleep(0)
