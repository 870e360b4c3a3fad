import asyncio

import pytest


@pytest.fixture
async def loop():
    return asyncio.get_running_loop()


async def test_it_is_the_running_one(loop):
    assert loop is asyncio.get_running_loop()


async def test_calls(loop):
    called = loop.create_future()
    loop.call_soon(called.set_result, None)
    await called
