"""Fixtures that asyncshim provides, which other runners have them, and whether a suite defines them itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PORTS = ("unused_tcp_port", "unused_udp_port", "unused_tcp_port_factory", "unused_udp_port_factory")
"""The port fixtures, which pytest-asyncio provides since 0.5 and 0.13."""
PROVIDED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(PORTS, ("asyncshim", "pytest-asyncio")),
    "asyncio_runner": ("asyncshim", "conftest"),
}
"""The fixtures, each with the runners that provide it."""

EJECT_ADDS = "`asyncshim eject` adds it"
"""The end of the message about a fixture that the conftest has as soon as it is written for this suite."""

_WORDS = (b"unused_", b"asyncio_runner")
_DEFINED = re.compile(rb"""(?:\bdef[ \t]+|\bname[ \t]*=[ \t]*["'])(%s)\b""" % "|".join(PROVIDED).encode())


def requested_ports(data: bytes) -> frozenset[str]:
    """Return the port fixtures whose names occur in a Python file that does not define them."""
    if _WORDS[0] not in data:
        return frozenset()
    return frozenset(name for name in PORTS if re.search(rb"\b%s\b" % name.encode(), data)) - frozenset(defined(data))


def defined(data: bytes) -> Iterator[str]:
    """Yield those of the fixtures that a Python file defines itself."""
    if any(word in data for word in _WORDS):
        for match in _DEFINED.finditer(data):
            yield match[1].decode()
