"""The optional time limit of one coroutine, in seconds; off while a debugger is attached."""

from __future__ import annotations

import asyncio
import sys
from types import TracebackType
from typing import Any

from asyncshim.plugin.loops import expiry
from asyncshim.plugin.loops.cancelling import cancel
from asyncshim.plugin.loops.tracebacks import at_lines, frames_of

_running: list[TimeLimit] = []  # one inside the other where a session runs inside a test


def suspend() -> None:
    """Suspend all running limits: a debugger's prompt stops the loop, and its timers with it."""
    for limit in _running:
        limit.lift()


class TimeLimit:
    """Cancels a task when its time is over; the message names the line where it was waiting."""

    __slots__ = ("_handle", "_place", "_task", "expired", "message", "seconds", "what")

    def __init__(self, seconds: float, what: str) -> None:
        self.seconds = seconds
        self.what = what
        self.message = ""
        self.expired = False
        self._place: TracebackType | None = None  # where the task was waiting
        self._handle: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[Any] | None = None

    def start(self, loop: asyncio.AbstractEventLoop, task: asyncio.Task[Any]) -> None:
        """Start the timer for *task*."""
        self._task = task
        self._handle = loop.call_later(self.seconds, self._expire)
        _running.append(self)

    def lift(self) -> None:
        """Cancel the timer."""
        if self._handle is not None:
            self._handle.cancel()

    def stop(self) -> None:
        """Cancel the timer and forget the task, which is done."""
        self.lift()
        if self in _running:
            _running.remove(self)
        self._task = None

    def error(self) -> TimeoutError:
        """Return the error to raise when the limit has expired; its traceback shows where the task was waiting."""
        place, self._place = self._place, None
        return TimeoutError(self.message).with_traceback(place)

    def is_suspended(self) -> bool:
        """Return whether the limit may not expire now: a debugger is attached."""
        return is_debugged()

    def _expire(self) -> None:
        task = self._task
        if task is None or task.done() or self.is_suspended():
            return
        self.expired = True
        frames = frames_of(task)
        self._place = at_lines(frames)
        place = f"{frames[-1].f_code.co_filename}:{frames[-1].f_lineno}" if frames else "an unknown place"
        self.message = f"{self.what} exceeded its limit of {self.seconds:g} s while waiting at {place}"
        expiry.expired(task)
        cancel(task)


def is_debugged() -> bool:
    """Return whether a debugger is attached, by ``sys.settrace`` or ``sys.monitoring``."""
    trace = sys.gettrace()
    if trace is not None:
        module = getattr(trace, "__module__", None) or type(trace).__module__
        if not module.startswith("coverage"):  # which traces too, but stops nowhere
            return True
    monitoring = getattr(sys, "monitoring", None)  # PEP 669, Python 3.12
    return monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None
