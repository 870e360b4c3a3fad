import asyncio

import pytest


@pytest.fixture
async def queue():
    queue = asyncio.Queue()
    await queue.put("first")
    return queue


async def test_get(queue):
    assert await queue.get() == "first"


@pytest.mark.parametrize("item", ["a", "b"])
async def test_put(queue, item):
    await queue.put(item)
    assert queue.qsize() == 2


def test_plain():
    assert True
