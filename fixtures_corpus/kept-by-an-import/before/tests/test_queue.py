import asyncio

import pytest
import pytest_asyncio


@pytest_asyncio.fixture
async def queue():
    queue = asyncio.Queue()
    await queue.put("first")
    return queue


@pytest.mark.asyncio
async def test_get(queue):
    assert await queue.get() == "first"


@pytest.mark.asyncio
@pytest.mark.parametrize("item", ["a", "b"])
async def test_put(queue, item):
    await queue.put(item)
    assert queue.qsize() == 2


def test_plain():
    assert True
