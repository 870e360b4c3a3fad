"""The port fixtures that pytest-asyncio provides: kept, because suites use them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable

import pytest


def unused_port(kind: int | str) -> int:
    """Return an unused port of 127.0.0.1; *kind* is a ``socket.SocketKind`` or its name."""
    import socket

    with contextlib.closing(socket.socket(type=socket.SocketKind[kind] if isinstance(kind, str) else kind)) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _factory(kind: str) -> Callable[[], int]:
    produced: set[int] = set()

    def factory() -> int:
        """Return an unused port, another one at each call."""
        find = sys.modules["pytest_asyncio.plugin"]._unused_port  # where suites patch it
        port: int = find(kind)
        while port in produced:
            port = find(kind)
        produced.add(port)
        return port

    return factory


@pytest.fixture
def unused_tcp_port() -> int:
    """Return a TCP port of 127.0.0.1 that is not in use."""
    return unused_port("SOCK_STREAM")


@pytest.fixture
def unused_udp_port() -> int:
    """Return a UDP port of 127.0.0.1 that is not in use."""
    return unused_port("SOCK_DGRAM")


@pytest.fixture(scope="session")
def unused_tcp_port_factory() -> Callable[[], int]:
    """Return a function that returns a different unused TCP port at each call."""
    return _factory("SOCK_STREAM")


@pytest.fixture(scope="session")
def unused_udp_port_factory() -> Callable[[], int]:
    """Return a function that returns a different unused UDP port at each call."""
    return _factory("SOCK_DGRAM")
