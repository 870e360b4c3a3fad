"""A queue between one producer and one consumer."""

import asyncio


class Closed(Exception):
    pass


class Channel:
    def __init__(self, size=0):
        self._queue = asyncio.Queue(size)
        self.closed = False

    async def send(self, item):
        if self.closed:
            raise Closed
        await self._queue.put(item)

    async def receive(self):
        if self.closed and self._queue.empty():
            raise Closed
        return await self._queue.get()

    async def close(self):
        await asyncio.sleep(0)
        self.closed = True
