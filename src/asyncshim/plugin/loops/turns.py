"""One turn of a loop where one is enough: ``run_forever()`` needs a second one to stop.

A coroutine that never waits ends in the first turn. If it leaves nothing behind, the second turn would do nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

_Stop = Callable[[asyncio.Task[Any]], None]
_BASE: Any = asyncio.BaseEventLoop
_RUN_FOREVER = _BASE.run_forever
# The parts of ``run_forever()``, made for loops that have a main loop of their own.
_HAS_PARTS = hasattr(_BASE, "_run_forever_setup") and hasattr(_BASE, "_run_forever_cleanup")


def can_turn(loop: Any) -> bool:
    """Return whether :func:`run_forever` may drive *loop*, which is of asyncio's own class."""
    return (
        _HAS_PARTS
        and type(loop) is asyncio.SelectorEventLoop
        and getattr(loop.run_forever, "__func__", None) is _RUN_FOREVER  # nobody has replaced it
    )


def run_forever(
    self: Any, task: asyncio.Task[Any], is_over: Callable[[], bool], go_on: Callable[[_Stop], object], stop: _Stop
) -> None:
    """Run the loop *self* for one turn, and on until *stop* is called if *task* is not over, or has left anything.

    After the first turn, *go_on* sees to it that *stop* is called. The name and that of the loop are those of the
    method, by which ``greenlets`` and ``tracebacks`` find the frame.
    """
    __tracebackhide__ = True
    self._run_forever_setup()
    try:
        self._run_once()
        if not self._stopping:
            if not is_over():
                go_on(stop)
            elif self._ready or self._scheduled or len(getattr(self._selector, "_fd_to_key", ())) != 1:
                self.call_soon(stop, task)  # callbacks, timers and descriptors get the turn that they always got
            else:
                return
        while not self._stopping:
            self._run_once()
    finally:
        self._run_forever_cleanup()
