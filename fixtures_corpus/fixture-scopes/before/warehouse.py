"""A warehouse whose shelves belong to the loop they were opened on."""

import asyncio


class Warehouse:
    def __init__(self):
        self.open = False
        self.stock = {}
        self._loop = None

    async def __aenter__(self):
        self._loop = asyncio.get_running_loop()
        self.open = True
        return self

    async def __aexit__(self, *exc_info):
        await asyncio.sleep(0)
        assert self._loop is asyncio.get_running_loop()
        self.open = False

    async def put(self, article, count=1):
        await asyncio.sleep(0)
        assert self._loop is asyncio.get_running_loop()
        self.stock[article] = self.stock.get(article, 0) + count
        return self.stock[article]

    async def take(self, article):
        await asyncio.sleep(0)
        return self.stock.pop(article)
