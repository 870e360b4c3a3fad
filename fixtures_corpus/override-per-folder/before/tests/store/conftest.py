import asyncio

import pytest
import pytest_asyncio


@pytest.fixture(scope="package")
def event_loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest_asyncio.fixture(scope="module")
async def store(event_loop):
    lock = asyncio.Lock()
    async with lock:
        yield lock
