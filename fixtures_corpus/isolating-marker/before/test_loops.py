import asyncio

import pytest


@pytest.fixture(scope="session")
async def session_loop():
    return asyncio.get_running_loop()


async def test_default(session_loop):
    assert asyncio.get_running_loop() is session_loop


@pytest.mark.asyncio(loop_scope="session")
async def test_said_again(session_loop):
    assert asyncio.get_running_loop() is session_loop


@pytest.mark.asyncio(loop_scope="function")
async def test_debug_mode_of_its_own():
    loop = asyncio.get_running_loop()
    assert not loop.get_debug()
    loop.set_debug(True)
