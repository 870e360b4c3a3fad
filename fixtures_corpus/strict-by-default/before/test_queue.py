import asyncio

import pytest
import pytest_asyncio

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*pytest-asyncio:DeprecationWarning"),
    pytest.mark.filterwarnings("error::UserWarning"),
]


class Base:
    size = 2


@pytest.fixture
async def unused():
    return asyncio.Queue()


@pytest_asyncio.fixture
async def queue():
    return asyncio.Queue()


class TestQueue(Base):
    @pytest.mark.asyncio
    async def test_items_come_in_order(self, queue):
        for number in range(self.size):
            await queue.put(number)
        assert [await queue.get() for _ in range(self.size)] == [0, 1]


@pytest.mark.asyncio
async def test_a_callback_sets_a_result(event_loop):
    future = event_loop.create_future()
    asyncio.get_running_loop().call_soon(future.set_result, 3)
    assert await future == 3
