"""The default executor of a loop: what still runs in its threads, and how to end them."""

from __future__ import annotations

import asyncio
import functools
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

    from asyncshim.plugin.loops.runners import Runner

_SOON = 0.05  # seconds that an idle thread may take to end before the loop must run meanwhile
_POLL = 0.01


def running(executor: Any) -> list[str]:
    """Return the names of the functions that run in the threads of *executor*."""
    frames = sys._current_frames()  # pyright: ignore[reportPrivateUsage]
    threads = getattr(executor, "_threads", ())
    items = [_work_of(frames.get(thread.ident)) for thread in list(threads)]
    return [_name_of(item) for item in items if item is not None and not item.future.done()]


def _work_of(frame: FrameType | None) -> Any:
    """Return the work item that a thread runs."""
    while frame is not None:
        if frame.f_code.co_name == "run":
            item = frame.f_locals.get("self")
            if type(item).__name__ == "_WorkItem":
                return item
        frame = frame.f_back
    return None


def _name_of(item: Any) -> str:
    task = getattr(item, "task", None)  # Python 3.14: a tuple of function, arguments, keyword arguments
    function: Any = getattr(item, "fn", None) if task is None else task[0]
    while isinstance(function, functools.partial):  # to_thread() runs the function in a context
        function = function.args[0] if getattr(function.func, "__name__", "") == "run" else function.func
    return str(getattr(function, "__qualname__", None) or repr(function))


def shut_down(runner: Runner, executor: Any, timeout: float) -> bool:
    """Shut *executor* down and wait at most *timeout* seconds for its threads; return whether they have ended."""
    executor.shutdown(wait=False, cancel_futures=True)
    end = time.monotonic() + timeout
    threads = list(getattr(executor, "_threads", ()))
    for thread in threads:
        thread.join(min(timeout, _SOON))
    if any(thread.is_alive() for thread in threads):
        runner.run(_poll(threads, end))  # their functions may wait for the loop
    return not any(thread.is_alive() for thread in threads)


async def _poll(threads: list[Any], end: float) -> None:
    while any(thread.is_alive() for thread in threads) and time.monotonic() < end:  # noqa: ASYNC110  (no event tells)
        await asyncio.sleep(_POLL)
