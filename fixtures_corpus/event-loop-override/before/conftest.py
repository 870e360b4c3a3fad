"""One loop for the whole session, as pytest-asyncio 0.21 wanted it."""

import asyncio

import pytest
import pytest_asyncio

from echo import serve


@pytest.fixture(scope="session")
def event_loop():
    """The server lives as long as the session, so the loop has to."""
    loop = asyncio.get_event_loop_policy().new_event_loop()
    yield loop
    loop.close()


@pytest_asyncio.fixture(scope="session")
async def port(event_loop):
    server, number = await serve()
    yield number
    server.close()
    await server.wait_closed()


@pytest_asyncio.fixture
async def connection(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()
    await writer.wait_closed()
