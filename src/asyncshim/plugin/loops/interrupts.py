"""Ctrl-C while a loop runs: cancel the running test or fixture, let it clean up, then interrupt pytest."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from asyncshim.plugin.loops import expiry
from asyncshim.plugin.loops.cancelling import cancel
from asyncshim.plugin.loops.tracebacks import place_of

_BLOCKED = "asyncshim: Ctrl-C cancels what is running at its next await; press Ctrl-C again to interrupt it at once."
_CALL = asyncio.Handle._run.__code__


def _is_calling(loop: asyncio.AbstractEventLoop, frame: FrameType | None) -> bool:
    """Return whether *loop* is calling something, which may block it, rather than waiting."""
    if asyncio.current_task(loop) is not None:
        return True
    while frame is not None and frame.f_code is not _CALL:
        frame = frame.f_back
    return frame is not None


class Interrupts:
    """One SIGINT handler for the whole session, in place of the one that ``asyncio.Runner.run`` installs per call."""

    __slots__ = ("_installed", "_place", "before_clean_up", "postponed", "pressed", "say", "task")

    def __init__(self) -> None:
        self.task: asyncio.Task[Any] | None = None  # what Ctrl-C cancels
        self._installed = False
        self._place: TracebackType | None = None  # where that was, when Ctrl-C was pressed
        self.postponed: KeyboardInterrupt | None = None
        self.pressed = False
        self.say: Callable[[str], None] | None = None  # shows a line in the terminal
        self.before_clean_up: Callable[[], None] | None = None  # called before the task is cancelled

    def install(self) -> None:
        """Install the handler if SIGINT has Python's default handler and this is the main thread."""
        if self._installed or threading.current_thread() is not threading.main_thread():
            return
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._on_sigint)
            self._installed = True

    def uninstall(self) -> None:
        """Restore Python's handler of SIGINT, unless other code has replaced this one."""
        if self._installed and signal.getsignal(signal.SIGINT) == self._on_sigint:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._installed = False

    def take(self) -> bool:
        """Return whether Ctrl-C was pressed since the last call."""
        pressed, self.pressed, self._place = self.pressed, False, None
        return pressed

    def raise_pressed(self) -> None:
        """Raise the Ctrl-C that the task suppressed, at the line where the task was then."""
        __tracebackhide__ = True
        place = self._place
        if self.take():
            raise KeyboardInterrupt().with_traceback(place)

    def postpone(self, error: KeyboardInterrupt) -> None:
        """Keep *error* until :meth:`raise_postponed`: other tear-downs come first."""
        self.postponed = error

    def raise_postponed(self) -> None:
        """Raise the postponed interrupt, if there is one."""
        __tracebackhide__ = True
        error, self.postponed = self.postponed, None
        if error is not None:
            raise error

    def _on_sigint(self, _signum: int, frame: FrameType | None) -> None:
        __tracebackhide__ = True  # pytest reports the line of a KeyboardInterrupt: the user's, not this one
        task = self.task
        if task is None or task.done() or self.pressed:
            self.pressed = False
            raise KeyboardInterrupt
        self.pressed = True
        self._place = place_of(task)
        expiry.interrupted(task, frame)
        if self.before_clean_up is not None:
            self.before_clean_up()
        cancel(task)
        loop = task.get_loop()
        loop.call_soon_threadsafe(lambda: None)  # wake the selector up
        if self.say is not None and _is_calling(loop, frame):
            self.say(_BLOCKED)
