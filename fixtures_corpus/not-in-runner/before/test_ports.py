import asyncio

import pytest


@pytest.fixture
def spare_port(unused_tcp_port_factory):
    return unused_tcp_port_factory()


@pytest.mark.asyncio
async def test_a_server_listens_on_an_unused_port(unused_tcp_port):
    async def serve(reader, writer):
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", unused_tcp_port)
    server.close()
    await server.wait_closed()


def test_two_ports_are_different(spare_port, unused_tcp_port_factory):
    assert spare_port != unused_tcp_port_factory()


@pytest.mark.usefixtures("unused_udp_port")
def test_a_port_of_the_other_kind():
    pass
