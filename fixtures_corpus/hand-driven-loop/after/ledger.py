"""A ledger: entries are checked by one task and written by another."""

import asyncio


class Ledger:
    def __init__(self, currency="EUR"):
        self.currency = currency
        self.entries = []
        self.is_open = False

    async def open(self, *, timeout=1):
        await asyncio.wait_for(asyncio.sleep(0), timeout)
        self.is_open = True

    async def close(self):
        await asyncio.sleep(0)
        self.is_open = False

    async def book(self, amount):
        if not self.is_open:
            raise ValueError("closed")
        await asyncio.sleep(0)
        self.entries.append(amount)
        return len(self.entries)

    async def total(self):
        await asyncio.sleep(0)
        return sum(self.entries)
