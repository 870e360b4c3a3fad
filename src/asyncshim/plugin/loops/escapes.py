"""Exceptions that leave a loop while it runs a coroutine: those of signal handlers, Ctrl-C, SystemExit."""

from __future__ import annotations

import asyncio
import gc
import selectors
import signal
import sys
import time
from types import FrameType, TracebackType
from typing import Any

from asyncshim.plugin.loops import expiry
from asyncshim.plugin.loops.cancelling import cancel
from asyncshim.plugin.loops.tracebacks import at_lines, frames_of, line_of_user, place_of, without_machinery

_TASKS = {asyncio.Task, asyncio.tasks._PyTask}  # type: ignore[attr-defined]  # in C and in Python
_RUN = asyncio.Handle._run.__code__
# Python's own function makes an enumeration's member of what this one returns.
getsignal: Any = getattr(sys.modules.get("_signal"), "getsignal", signal.getsignal)
SIGALRM: int = getattr(signal, "SIGALRM", 0)  # not on Windows


class Alarm:
    """Keeps what the current handler of SIGALRM raises, such as that of pytest-timeout, and stops the loop then.

    asyncio only logs what is raised inside a callback; in another task than the test's it is that task's exception.
    """

    __slots__ = ("_former", "_frame", "_hit", "_kept", "_patience", "_task", "_timer")

    def __init__(self, task: asyncio.Task[Any], former: Any, patience: float) -> None:
        self._task = task
        self._former = former
        self._patience = patience  # seconds that a task may take to end when it is cancelled
        self._frame: FrameType | None = None  # which the signal has interrupted, while the previous handler runs
        self._timer: asyncio.TimerHandle | None = None
        self._kept: BaseException | None = None
        self._hit: asyncio.Task[Any] | None = None

    def handle(self, signum: int, frame: FrameType | None) -> None:
        """Call the previous handler."""
        __tracebackhide__ = True
        self._frame = frame
        try:
            self._former(signum, frame)
        except BaseException as error:
            expiry.expired(self._task, frame, error)
            loop = self._task.get_loop()
            if loop.is_running() and (current := asyncio.current_task(loop)) is not self._task:
                self._kept, self._hit = error, current
                loop.stop()
            raise
        finally:
            self._frame = None

    def accept(self, error: BaseException) -> bool:
        """Cancel the task and raise *error* when it has ended; return false if *error* must be raised at once.

        That is so where code of the suite or of a library runs: it may block the loop, which would not cancel.
        """
        frame, task = self._frame, self._task
        loop = task.get_loop()
        if not loop.is_running() or task.done() or self._kept is not None or not _is_loops_own(frame):
            return False
        expiry.expired(task, frame, error)
        self._kept = error.with_traceback(at_lines(frames_of(task)))
        loop.call_soon_threadsafe(self._cancel)
        return True

    def _cancel(self) -> None:
        cancel(self._task)
        loop = self._task.get_loop()
        self._timer = loop.call_later(self._patience, loop.stop)

    def raise_kept(self) -> None:
        """Raise what the previous handler raised, unless the test itself got it."""
        __tracebackhide__ = True
        error, self._kept = self._kept, None
        hit, self._hit = self._hit, None
        if hit is not None and hit.done() and not hit.cancelled():
            hit.exception()  # retrieved: the test reports it, so asyncio shall not log it as lost
        if error is not None:
            raise error from None

    def end(self) -> None:
        """Restore the previous handler."""
        if self._timer is not None:
            self._timer.cancel()
        if signal.getsignal(SIGALRM) == self.handle:
            signal.signal(SIGALRM, self._former)


def _is_loops_own(frame: FrameType | None) -> bool:
    """Return whether *frame* belongs to the loop itself, not to code that the loop calls."""
    if frame is not None and frame.f_code is _RUN:  # it calls a function in C, such as ``time.sleep``
        return False
    while frame is not None and frame.f_code.co_filename == selectors.__file__:
        frame = frame.f_back
    return frame is not None and line_of_user(frame) is None


def watch_alarm(task: asyncio.Task[Any], former: Any, patience: float) -> Alarm | None:
    """Return an :class:`Alarm` for *former*, the current handler of SIGALRM; ``None`` outside the main thread."""
    alarm = Alarm(task, former, patience)
    try:
        signal.signal(SIGALRM, alarm.handle)
    except ValueError:  # not in the main thread
        return None
    return alarm


def accept_alarm(error: BaseException) -> bool:
    """Return whether *error* of a handler of SIGALRM, which runs just now, is raised later: when the task has ended."""
    alarm = getattr(signal.getsignal(SIGALRM), "__self__", None) if SIGALRM else None
    return isinstance(alarm, Alarm) and alarm.accept(error)


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
    cancel(task)
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
