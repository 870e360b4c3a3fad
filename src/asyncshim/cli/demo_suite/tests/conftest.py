import asyncio
import sys
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[1]))

from chat import Client, Room


@pytest.fixture(scope="session")
def event_loop():
    """One loop for the whole run, or the server below would live on another than the tests."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def room():
    return Room()


@pytest_asyncio.fixture(scope="session")
async def port(room):
    server = await asyncio.start_server(room.serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest_asyncio.fixture
async def alice(port):
    client = await Client.connect(port)
    yield client
    await client.leave()


@pytest_asyncio.fixture
async def bob(port):
    client = await Client.connect(port)
    yield client
    await client.leave()
