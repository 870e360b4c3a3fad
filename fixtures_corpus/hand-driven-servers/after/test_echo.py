"""Servers that are made on the loop, and stopped by finalizers."""

import asyncio
import socket

import pytest


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data.upper())
        self.transport.close()


class Counter:
    """Counts on a loop that it is given."""

    def __init__(self, loop):
        self.loop = loop
        self.count = 0
        loop.call_soon(self.tick)

    def tick(self):
        self.count += 1


async def ask(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"hello")
    answer = await reader.read()
    writer.close()
    return answer


@pytest.fixture
async def port():
    event_loop = asyncio.get_running_loop()
    server = await event_loop.create_server(Echo, host="127.0.0.1", port=0, family=socket.AF_INET)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.fixture
async def second_port():
    event_loop = asyncio.get_running_loop()
    server = await event_loop.create_server(Echo, host="127.0.0.1", port=0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.fixture
def debug_loop(asyncio_runner):
    event_loop = asyncio_runner.get_loop()
    before = event_loop.get_debug()
    event_loop.set_debug(True)
    yield event_loop
    event_loop.set_debug(before)


async def test_async(port, second_port):
    assert await asyncio.gather(ask(port), ask(second_port)) == [b"HELLO", b"HELLO"]


async def test_sync(port):
    assert await ask(port) == b"HELLO"


def test_debug(debug_loop):
    assert debug_loop.get_debug()


async def test_counter():
    counter = Counter(asyncio.get_running_loop())
    await asyncio.sleep(0.001)
    assert counter.count == 1


def test_future(asyncio_runner):
    event_loop = asyncio_runner.get_loop()
    future = event_loop.create_future()
    future.set_result(1)
    assert future.done()


def test_unused(port):
    assert port > 0
