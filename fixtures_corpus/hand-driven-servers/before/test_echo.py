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
def port(request, event_loop: asyncio.AbstractEventLoop):
    server = event_loop.run_until_complete(
        event_loop.create_server(Echo, host="127.0.0.1", port=0, family=socket.AF_INET)
    )

    def stop():
        server.close()
        event_loop.run_until_complete(server.wait_closed())

    request.addfinalizer(stop)
    return server.sockets[0].getsockname()[1]


@pytest.fixture
def second_port(event_loop):
    server = event_loop.run_until_complete(event_loop.create_server(Echo, host="127.0.0.1", port=0))
    yield server.sockets[0].getsockname()[1]
    server.close()
    event_loop.run_until_complete(server.wait_closed())


@pytest.fixture
def debug_loop(event_loop):
    before = event_loop.get_debug()
    event_loop.set_debug(True)
    yield event_loop
    event_loop.set_debug(before)


@pytest.mark.asyncio
async def test_async(port, second_port):
    assert await asyncio.gather(ask(port), ask(second_port)) == [b"HELLO", b"HELLO"]


def test_sync(event_loop, port):
    assert event_loop.run_until_complete(ask(port)) == b"HELLO"


def test_debug(debug_loop):
    assert debug_loop.get_debug()


def test_counter(event_loop):
    counter = Counter(event_loop)
    event_loop.run_until_complete(asyncio.sleep(0.001))
    assert counter.count == 1


def test_future(event_loop):
    future = event_loop.create_future()
    future.set_result(1)
    assert future.done()


def test_unused(event_loop, port):
    assert port > 0
