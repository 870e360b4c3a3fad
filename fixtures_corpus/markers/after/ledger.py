"""A ledger that posts entries one after the other."""

import asyncio


class Ledger:
    def __init__(self):
        self.entries = []
        self._lock = asyncio.Lock()

    async def post(self, amount):
        async with self._lock:
            await asyncio.sleep(0)
            self.entries.append(amount)
        return len(self.entries)

    async def balance(self):
        await asyncio.sleep(0)
        return sum(self.entries)
