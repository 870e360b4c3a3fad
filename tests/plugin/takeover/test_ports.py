"""The port fixtures that pytest-asyncio provides."""

from __future__ import annotations

import socket

import pytest

from asyncshim.plugin.takeover.ports import unused_port
from house.nested import run_source


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM, "SOCK_STREAM", "SOCK_DGRAM"])
def test_an_unused_port_can_be_bound(kind: int | str) -> None:
    port = unused_port(kind)
    assert 1024 <= port <= 65535
    number = socket.SocketKind[kind] if isinstance(kind, str) else kind
    with socket.socket(type=number) as probe:
        probe.bind(("127.0.0.1", port))


def test_the_fixtures_give_ports_for_servers(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio

        async def test_tcp(unused_tcp_port, unused_tcp_port_factory):
            for port in (unused_tcp_port, unused_tcp_port_factory()):
                async with await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", port):
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    assert await reader.read() == b""
                    writer.close()
                    await writer.wait_closed()

        async def test_udp(unused_udp_port, unused_udp_port_factory):
            loop = asyncio.get_running_loop()
            for port in (unused_udp_port, unused_udp_port_factory()):
                transport, _ = await loop.create_datagram_endpoint(
                    asyncio.DatagramProtocol, local_addr=("127.0.0.1", port)
                )
                transport.close()

        def test_sync(unused_tcp_port, unused_udp_port):
            assert isinstance(unused_tcp_port, int) and isinstance(unused_udp_port, int)
        """,
        passed=3,
    )


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_a_factory_never_gives_a_port_twice_in_a_session(pytester: pytest.Pytester, kind: str) -> None:
    """Shown as pytest-asyncio shows it: by replacing the function that looks for a port."""
    run_source(
        pytester,
        f"""
        import itertools, pytest_asyncio.plugin

        def test_one(unused_{kind}_port_factory, monkeypatch):
            found = itertools.chain([10000, 10000, 10000], itertools.count(20000))
            monkeypatch.setattr(pytest_asyncio.plugin, "_unused_port", lambda kind: next(found))
            assert [unused_{kind}_port_factory() for _ in range(3)] == [10000, 20000, 20001]

        def test_two(unused_{kind}_port_factory, monkeypatch):
            found = iter([20001, 30000])
            monkeypatch.setattr(pytest_asyncio.plugin, "_unused_port", lambda kind: next(found))
            assert unused_{kind}_port_factory() == 30000
        """,
        passed=2,
    )


def test_a_suite_may_use_the_factories_in_fixtures_of_every_scope(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import pytest

        @pytest.fixture(scope="session")
        async def ports(unused_tcp_port_factory, unused_udp_port_factory):
            yield {unused_tcp_port_factory() for _ in range(20)}

        async def test_it(ports):
            assert len(ports) == 20
        """,
        passed=1,
    )
