import asyncio

import pytest

from base import ChannelTests
from queues import Closed


class TestUnbounded(ChannelTests):
    async def test_a_closed_channel_refuses(self, channel):
        await channel.close()
        with pytest.raises(Closed):
            await channel.send("a")


class TestBounded(ChannelTests):
    size = 1

    async def test_a_full_channel_waits(self, channel):
        await channel.send("a")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(channel.send("b"), 0.01)


class TestState:
    """setup_method, a method fixture for all tests of the class, and a sync test between."""

    def setup_method(self):
        self.log = ["setup"]

    @pytest.fixture(autouse=True)
    async def opened(self):
        await asyncio.sleep(0)
        self.log.append("opened")
        yield
        self.log.append("closed")

    @pytest.fixture
    async def entry(self, opened):
        self.log.append("entry")
        return len(self.log)

    async def test_state_is_shared_with_fixtures(self, entry):
        assert self.log == ["setup", "opened", "entry"]
        assert entry == 3

    def test_sync(self):
        assert self.log == ["setup", "opened"]


class TestOuter:
    class TestNested:
        async def test_inner(self):
            await asyncio.sleep(0)


class TestClassScope:
    @pytest.fixture(scope="class")
    async def numbers(self):
        return []

    @pytest.fixture(params=["x", "y"])
    def letter(self, request):
        return request.param

    async def test_append(self, numbers, letter):
        numbers.append(letter)
        assert numbers[0] == "x"

    async def test_length(self, numbers):
        assert len(numbers) == 2
