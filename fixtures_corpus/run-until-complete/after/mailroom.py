"""A mailroom: letters go into pigeonholes, and somebody sorts them in the background."""

import asyncio


class Mailroom:
    def __init__(self):
        self.holes = {}
        self.inbox = None
        self._sorter = None

    async def open(self):
        self.inbox = asyncio.Queue()
        self._sorter = asyncio.ensure_future(self._sort())

    async def close(self):
        self._sorter.cancel()
        await asyncio.gather(self._sorter, return_exceptions=True)

    async def _sort(self):
        while True:
            name, letter = await self.inbox.get()
            self.holes.setdefault(name, []).append(letter)
            self.inbox.task_done()

    async def post(self, name, letter):
        await self.inbox.put((name, letter))

    async def collect(self, name):
        await self.inbox.join()
        return self.holes.pop(name, [])


async def subscribe(room, name):
    await asyncio.sleep(0)
    room.holes.setdefault(name, [])
    return name
