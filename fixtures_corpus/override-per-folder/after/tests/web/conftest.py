import asyncio

import pytest


@pytest.fixture(scope="module")
async def web():
    lock = asyncio.Lock()
    async with lock:
        yield lock
