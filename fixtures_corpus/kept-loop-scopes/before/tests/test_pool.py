import asyncio

import pytest
import pytest_asyncio


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def loop_of_session():
    return asyncio.get_running_loop()


@pytest_asyncio.fixture(loop_scope="session")
async def connection(loop_of_session):
    assert asyncio.get_running_loop() is loop_of_session
    yield "connected"


@pytest.mark.asyncio(loop_scope="session")
async def test_connection(connection, loop_of_session):
    assert connection == "connected"
    assert asyncio.get_running_loop() is loop_of_session


@pytest.mark.asyncio
async def test_own_loop():
    await asyncio.sleep(0)
