"""Descriptors that a loop still watches although user code has closed them.

With a loop for each test they end with the loop. On a shared loop, the number of a socket that a test closed without
its transport would still be registered when the operating system gives this number to a socket of the next test.
Open connections are not changed, because a pool of a wider fixture may use them.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
from typing import Any

from asyncshim.plugin.loops.lifetimes import breathe


def drop_stale_descriptors(loop: asyncio.AbstractEventLoop) -> None:
    """Stop watching closed descriptors; only asyncio's own selector loops have a table of them."""
    internals: Any = loop
    selector: Any = getattr(internals, "_selector", None)
    if not isinstance(selector, selectors.BaseSelector):  # a loop with a clock of its own may have anything there
        return
    if len(selector.get_map() or ()) < 2:  # the self-pipe is always there
        return
    dropped = False
    for key in list(selector.get_map().values()):
        handles = [handle for handle in key.data or () if handle is not None]
        transports = [owner for handle in handles if isinstance(owner := _owner(handle), asyncio.BaseTransport)]
        if not _is_closed(key.fd, transports):
            continue
        for transport in transports:
            getattr(transport, "abort", transport.close)()
        internals._remove_reader(key.fd)
        internals._remove_writer(key.fd)
        dropped = True
    if dropped:
        breathe(loop)  # the transports call their protocols


def _owner(handle: Any) -> object:
    return getattr(handle._callback, "__self__", None)


def _is_closed(descriptor: int, transports: list[Any]) -> bool:
    sockets = [transport.get_extra_info("socket") for transport in transports]
    if any(sock is not None and sock.fileno() == -1 for sock in sockets):
        return True
    if sys.platform == "win32":  # sockets are no descriptors there
        return False
    try:
        os.fstat(descriptor)
    except OSError:
        return True
    return False
