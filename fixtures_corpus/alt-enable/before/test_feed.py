import asyncio

import pytest

# Made by the first test that needs it; its reader has to live on.
feeds = {}


async def read(queue):
    number = 0
    while True:
        number += 1
        await queue.put(number)


async def feed():
    if "only" not in feeds:
        queue = asyncio.Queue(maxsize=1)
        feeds["only"] = (queue, asyncio.create_task(read(queue)))
    return feeds["only"][0]


@pytest.fixture
async def next_number():
    yield await (await feed()).get()
    assert not feeds["only"][1].done()


async def test_first(next_number):
    assert next_number == 1


async def test_second(next_number):
    assert next_number == 2


def test_sync(next_number):
    assert next_number == 3


class TestMethods:
    async def test_method(self, next_number):
        assert next_number == 4

    @pytest.mark.parametrize("loop", [1, 2])
    async def test_parameters(self, loop, next_number):
        assert next_number == loop + 4


async def test_default_limit(limit_of_session, async_timeout):
    assert limit_of_session == async_timeout.timeout == 5
