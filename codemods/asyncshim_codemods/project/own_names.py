"""Fixtures that asyncshim provides, and which other runners have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PORTS = ("unused_tcp_port", "unused_udp_port", "unused_tcp_port_factory", "unused_udp_port_factory")
"""The port fixtures, which pytest-asyncio provides since 0.5 and 0.13."""
PROVIDED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(PORTS, ("asyncshim", "pytest-asyncio")),
    "asyncio_runner": ("asyncshim", "conftest"),
}
"""The fixtures, each with the runners that provide it."""

EJECT_ADDS = "`asyncshim eject` adds it"
"""The end of the message about a fixture that the conftest has as soon as it is written for this suite."""
