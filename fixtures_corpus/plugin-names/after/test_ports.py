import asyncio

import pytest
from pytest import FixtureRequest as SubRequest


@pytest.fixture(params=[b"one\n", b"two\n"])
async def server(request: SubRequest, unused_tcp_port):
    async def answer(reader, writer):
        writer.write(request.param)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", unused_tcp_port):
        yield unused_tcp_port


async def test_answer(server):
    reader, writer = await asyncio.open_connection("127.0.0.1", server)
    assert await reader.readline() in {b"one\n", b"two\n"}
    writer.close()


def test_many_ports(unused_tcp_port_factory, unused_udp_port):
    ports = {unused_tcp_port_factory() for _ in range(5)}
    assert len(ports) == 5
    assert 1024 <= unused_udp_port <= 65535
