"""What every class of tests shares."""

import pytest_asyncio

from queues import Channel


class ChannelTests:
    size = 0

    @pytest_asyncio.fixture
    async def channel(self):
        channel = Channel(self.size)
        yield channel
        await channel.close()

    async def test_what_is_sent_arrives(self, channel):
        await channel.send("a")
        assert await channel.receive() == "a"
