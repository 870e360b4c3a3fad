import asyncio

import pytest

from radio import Receiver, Wave


@pytest.fixture
async def loop():
    return asyncio.get_running_loop()


@pytest.fixture
async def wave():
    return Wave(loop=asyncio.get_running_loop())


@pytest.fixture
async def receiver():
    receiver = Receiver(asyncio.get_running_loop(), "none")
    await receiver.tune("news")
    yield receiver
    await receiver.switch_off()


@pytest.fixture
async def old_receiver():
    old = Receiver(asyncio.get_running_loop(), "old")
    yield old
    # it was never tuned
    await old.switch_off()
