"""Access the internal state of a loop: private attributes of asyncio's loops, tables of asyncshim for others."""

from __future__ import annotations

import asyncio
import heapq
import selectors
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from asyncshim.plugin.loops.tables import Tables


class Watched(NamedTuple):
    """A descriptor that a loop watches."""

    descriptor: int
    reader: Any  # the handle that is called when it can be read, or ``None``
    writer: Any


def tables_of(loop: Any) -> Tables | None:
    """Return the tables of a loop that hides its own."""
    return getattr(loop, "_asyncshim_tables", None)


def timers(loop: Any) -> list[asyncio.TimerHandle]:
    """Return the timers that are not cancelled."""
    tables = tables_of(loop)
    if tables is not None:
        return tables.timers()
    return [timer for timer in _scheduled(loop) or () if not timer.cancelled()]


def _scheduled(loop: Any) -> list[Any] | None:
    """Return the list in which asyncio's own loops keep their timers; ``None`` for another loop."""
    scheduled: list[Any] | None = getattr(loop, "_scheduled", None)
    return scheduled if isinstance(scheduled, list) else None


def has_cancelled_timers(loop: Any) -> bool:
    """Return whether the loop still keeps timers that are cancelled."""
    return any(timer.cancelled() for timer in _scheduled(loop) or ())


def drop_timers(loop: Any, dropped: list[asyncio.TimerHandle]) -> None:
    """Cancel timers, and forget all that are cancelled, which the loop does only when there are many of them."""
    for timer in dropped:
        timer.cancel()
    scheduled = _scheduled(loop)
    if scheduled is None:
        return
    left = [timer for timer in scheduled if not timer.cancelled()]
    if len(left) == len(scheduled):
        return
    for timer in scheduled:
        timer._scheduled = not timer.cancelled()
    scheduled[:] = left
    heapq.heapify(scheduled)
    loop._timer_cancelled_count = 0


def callbacks(loop: Any) -> list[asyncio.Handle]:
    """Return the callbacks that the next turn of the loop will call."""
    return [handle for handle in list(getattr(loop, "_ready", None) or ()) if not handle.cancelled()]


def drop_callbacks(loop: Any, callback: object) -> None:
    """Cancel the calls of *callback* that are due."""
    for handle in callbacks(loop):
        if getattr(handle, "_callback", None) is callback:
            handle.cancel()


def forget_stop(loop: Any) -> bool:
    """Forget a ``stop()`` that no run of the loop has obeyed; return whether there was one."""
    tables = tables_of(loop)
    if tables is not None and tables.is_stopping and not loop.is_running():
        tables.is_stopping = False
        loop.run_forever()
        return True
    if not getattr(loop, "_stopping", False) or loop.is_running():
        return False
    loop._stopping = False
    return True


def selector_of(loop: Any) -> selectors.BaseSelector | None:
    """Return the selector; ``None`` if there is none, or what only looks like one (a loop with a clock of its own)."""
    selector = getattr(loop, "_selector", None)
    return selector if isinstance(selector, selectors.BaseSelector) else None


def watched(loop: Any) -> Iterator[Watched]:
    """Yield the descriptors that the loop watches, but not its own."""
    tables = tables_of(loop)
    if tables is not None:
        for number in {*tables.readers, *tables.writers}:
            yield Watched(number, tables.readers.get(number), tables.writers.get(number))
        return
    selector = selector_of(loop)
    found: Any = None if selector is None else selector.get_map()
    if not found or len(found) < 2:  # the self-pipe is always there
        return
    own = getattr(loop, "_ssock", None)
    key: Any
    for key in list(found.values()):
        handles = getattr(key, "data", None)
        if key.fileobj is own or (own is not None and key.fd == own.fileno()) or not isinstance(handles, tuple):
            continue
        reader, writer = cast("tuple[Any, Any]", handles[:2])
        yield Watched(key.fd, reader, writer)


def stop_watching(loop: Any, handle: asyncio.Handle) -> None:
    """Remove the reader or writer whose handle is *handle*."""
    for found in list(watched(loop)):
        if found.reader is handle:
            getattr(loop, "_remove_reader", loop.remove_reader)(found.descriptor)
        if found.writer is handle:
            getattr(loop, "_remove_writer", loop.remove_writer)(found.descriptor)


def owner_of(handle: Any) -> object:
    """Return the object whose method a handle calls."""
    return getattr(getattr(handle, "_callback", None), "__self__", None)


def transports(loop: Any) -> list[asyncio.BaseTransport]:
    """Return the transports of sockets that nothing has closed; the loop forgets the others."""
    known: Any = getattr(loop, "_transports", None)
    if known is None:
        return []
    for number, transport in list(known.items()):
        if transport.is_closing() and getattr(transport, "_sock", None) is None:
            del known[number]
    return [transport for transport in known.values() if not transport.is_closing()]


def closable(loop: Any) -> list[tuple[str, Any]]:
    """Return the servers and transports that are open and known without their descriptors, each with its kind."""
    tables = tables_of(loop)
    found: list[tuple[str, Any]] = [("transport", transport) for transport in transports(loop)]
    return found if tables is None else found + tables.closable()


def signal_handlers(loop: Any) -> dict[int, Any]:
    """Return the handles of ``add_signal_handler()`` by their signals."""
    tables = tables_of(loop)
    if tables is not None:
        return dict(tables.signal_handlers)
    return dict(getattr(loop, "_signal_handlers", None) or {})


def default_executor(loop: Any) -> Any:
    """Return the default executor; ``None`` before its first use."""
    tables = tables_of(loop)
    return getattr(loop, "_default_executor", None) if tables is None else tables.executor


def replace_default_executor(loop: Any, executor: Any) -> None:
    """Let *executor* be the default one; ``None`` for one that the loop makes itself at the next use."""
    if tables_of(loop) is None:
        loop._default_executor = executor
    else:
        loop.set_default_executor(executor)
