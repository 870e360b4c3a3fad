"""Exceptions that leave a loop while it runs a coroutine: those of signal handlers, Ctrl-C, SystemExit."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from types import FrameType, TracebackType
from typing import Any

from asyncshim.plugin.loops.tracebacks import place_of, without_machinery

_TASKS = {asyncio.Task, asyncio.tasks._PyTask}  # type: ignore[attr-defined]  # in C and in Python
# Python's own function makes an enumeration's member of what this one returns.
_getsignal: Any = getattr(signal.getsignal, "__wrapped__", signal.getsignal)
_SIGALRM: int = getattr(signal, "SIGALRM", 0)  # not on Windows


class Alarm:
    """Keeps what the present handler of SIGALRM raises, such as that of pytest-timeout, and stops the loop then.

    asyncio only logs what is raised inside a callback; in another task than the test's it is that task's exception.
    """

    __slots__ = ("_former", "_hit", "_kept", "_task")

    def __init__(self, task: asyncio.Task[Any], former: Any) -> None:
        self._task = task
        self._former = former
        self._kept: BaseException | None = None
        self._hit: asyncio.Task[Any] | None = None

    def handle(self, signum: int, frame: FrameType | None) -> None:
        """Call the former handler."""
        __tracebackhide__ = True
        try:
            self._former(signum, frame)
        except BaseException as error:
            loop = self._task.get_loop()
            if loop.is_running() and (current := asyncio.current_task(loop)) is not self._task:
                self._kept, self._hit = error, current
                loop.stop()
            raise

    def raise_kept(self) -> None:
        """Raise what the former handler raised, unless the test itself got it."""
        __tracebackhide__ = True
        error, self._kept = self._kept, None
        hit, self._hit = self._hit, None
        if hit is not None and hit.done() and not hit.cancelled():
            hit.exception()  # retrieved: the test reports it, so asyncio shall not log it as lost
        if error is not None:
            raise error from None

    def end(self) -> None:
        """Restore the former handler."""
        if signal.getsignal(_SIGALRM) == self.handle:
            signal.signal(_SIGALRM, self._former)


def watch_alarm(task: asyncio.Task[Any]) -> Alarm | None:
    """Return an :class:`Alarm` if SIGALRM has a handler written in Python."""
    former = _getsignal(_SIGALRM) if _SIGALRM else None
    if former is None or not callable(former):
        return None
    alarm = Alarm(task, former)
    try:
        signal.signal(_SIGALRM, alarm.handle)
    except ValueError:  # not in the main thread
        return None
    return alarm


def wind_up(task: asyncio.Task[Any], timeout: float) -> TracebackType | None:
    """Cancel *task*, which an exception has interrupted, and run its loop until it is done, at most *timeout* seconds.

    Return the line where the task was waiting.
    """
    __tracebackhide__ = True
    loop = task.get_loop()
    place = place_of(task)
    if loop.is_closed() or loop.is_running():
        return place
    deadline = time.monotonic() + timeout
    timer = loop.call_later(timeout, loop.stop)
    task.add_done_callback(_stop)
    task.cancel()
    try:
        while not task.done() and time.monotonic() < deadline:
            loop.run_forever()
    finally:
        timer.cancel()
        task.remove_done_callback(_stop)
    return place


def retrieve_exit(error: SystemExit) -> None:
    """Tell the tasks that *error* ended that it is known: asyncio shall not log it as lost when they are collected."""
    for found in gc.get_objects():  # get_referrers() does not know tasks on Python 3.11
        if type(found) in _TASKS and found.done() and not found.cancelled() and found._exception is error:
            found.exception()


def _stop(task: asyncio.Task[Any]) -> None:
    task.get_loop().stop()


def at_place(error: BaseException, place: TracebackType | None) -> BaseException:
    """Return *error* with a traceback that begins where the interrupted task was waiting."""
    shown = without_machinery(error)
    if place is None:
        return shown
    return shown.with_traceback(TracebackType(shown.__traceback__, place.tb_frame, place.tb_lasti, place.tb_lineno))
