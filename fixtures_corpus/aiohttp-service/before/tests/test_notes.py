"""One server for the module, one client session for each test."""

import asyncio

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from notes import make_app

pytestmark = pytest.mark.asyncio(scope="module")


@pytest_asyncio.fixture(scope="module")
async def address():
    runner = web.AppRunner(make_app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module")
async def session(address):
    async with aiohttp.ClientSession(address) as session:
        yield session


async def test_unknown_note(session):
    async with session.get("/notes/nothing") as response:
        assert response.status == 404


@pytest.mark.parametrize("text", ["", "milk", "ümläut"])
async def test_what_is_written_can_be_read(session, text):
    async with session.put("/notes/shopping", json={"text": text}) as response:
        assert response.status == 201
    async with session.get("/notes/shopping") as response:
        assert await response.json() == {"text": text}


async def test_parallel_writes(session):
    async def put(number):
        async with session.put(f"/notes/{number}", json={"text": str(number)}) as response:
            return response.status

    assert set(await asyncio.gather(*map(put, range(10)))) == {201}


async def test_websocket(session):
    async with session.ws_connect("/feed") as socket:
        await socket.send_str("hello")
        assert await socket.receive_str() == "HELLO"


async def test_nothing_is_sent_unasked(session):
    async with session.ws_connect("/feed") as socket:
        with pytest.raises(asyncio.TimeoutError):
            await socket.receive(timeout=0.05)
