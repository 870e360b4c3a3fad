import asyncio

import pytest


@pytest.fixture(scope="module")
async def store():
    lock = asyncio.Lock()
    async with lock:
        yield lock
