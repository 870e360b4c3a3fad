"""Methods of a loop object that note what they make: where the loop has no table of it, or the line is reported.

They replace the methods of the one object, not of its class.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from typing import Any

from asyncshim.plugin.loops import internals
from asyncshim.plugin.loops.ownership import Ownership
from asyncshim.plugin.loops.tables import keep_tables
from asyncshim.plugin.loops.tracebacks import is_machinery

_MADE_AT_ONCE = ("call_at", "_add_reader", "_add_writer")


def ownership_of(loop: Any, *, with_creator: bool) -> Ownership:
    """Return what knows to whom things on *loop* belong; from the first call on, methods of *loop* note it."""
    known: Ownership | None = getattr(loop, "_asyncshim_ownership", None)
    if known is not None:
        return known
    ownership = Ownership(loop, with_creator=with_creator)
    with contextlib.suppress(AttributeError):  # a loop without attributes of its own
        loop._asyncshim_ownership = ownership
        if not isinstance(loop, asyncio.BaseEventLoop) and isinstance(loop, asyncio.AbstractEventLoop):
            keep_tables(loop, ownership.note)
        keep_signal_handlers(loop, ownership)
        if with_creator:
            record_lines(loop, ownership)
    return ownership


def keep_signal_handlers(loop: Any, ownership: Ownership) -> None:
    """Let ``remove_signal_handler()`` restore the handler that ``add_signal_handler()`` replaced."""
    former: dict[int, Any] = {}
    add, remove = loop.add_signal_handler, loop.remove_signal_handler

    def add_signal_handler(sig: int, callback: Callable[..., object], *args: Any) -> None:
        known = former.get(sig)
        if known is None:
            with contextlib.suppress(ValueError, TypeError):  # the loop says what is wrong
                known = signal.getsignal(sig)
        add(sig, callback, *args)
        former[sig] = known
        ownership.note_line(internals.signal_handlers(loop).get(sig))

    def remove_signal_handler(sig: int) -> bool:
        removed: bool = remove(sig)
        handler = former.pop(sig, None) if removed else None
        if handler is not None:
            signal.signal(sig, handler)
        return removed

    _replace(loop, add_signal_handler, remove_signal_handler)


def record_lines(loop: Any, ownership: Ownership) -> None:
    """Note the lines of user code that make timers, callbacks, readers and writers, and those that stop the loop."""

    def noting(name: str) -> Callable[..., Any]:
        original = getattr(loop, name)

        def method(*args: Any, **kwargs: Any) -> Any:
            made = original(*args, **kwargs)
            ownership.note_line(made)
            return made

        method.__name__ = name
        return method

    def call_soon(*args: Any, **kwargs: Any) -> Any:
        handle = original_call_soon(*args, **kwargs)
        if not is_machinery(sys._getframe(1).f_code):  # pyright: ignore[reportPrivateUsage]  # not a step of a task
            ownership.note_line(handle)
        return handle

    def stop() -> None:
        ownership.note_line(loop)
        original_stop()

    def run_in_executor(executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        future = original_run(executor, func, *args)
        if executor is None:
            ownership.note_line(internals.default_executor(loop))
        return future

    original_call_soon, original_stop, original_run = loop.call_soon, loop.stop, loop.run_in_executor
    _replace(loop, *(noting(name) for name in _MADE_AT_ONCE if hasattr(loop, name)), call_soon, stop, run_in_executor)


def _replace(loop: Any, *methods: Callable[..., Any]) -> None:
    for method in methods:
        setattr(loop, method.__name__, method)
