"""A queue that forgets its oldest items."""

import asyncio
from collections import deque


class Bounded:
    def __init__(self, size):
        self._items = deque(maxlen=size)
        self._changed = asyncio.Condition()

    async def put(self, item):
        async with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    async def get(self):
        async with self._changed:
            await self._changed.wait_for(lambda: self._items)
            return self._items.popleft()

    def __len__(self):
        return len(self._items)
