"""One loop for the whole session, as pytest-asyncio 0.21 wanted it."""

import asyncio

import pytest

from echo import serve


@pytest.fixture(scope="session")
async def port():
    server, number = await serve()
    yield number
    server.close()
    await server.wait_closed()


@pytest.fixture
async def connection(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()
    await writer.wait_closed()
