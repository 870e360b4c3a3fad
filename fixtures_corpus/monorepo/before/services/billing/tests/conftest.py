import pytest_asyncio

from clock import Clock


@pytest_asyncio.fixture(loop_scope="function")
async def clock():
    return Clock()
