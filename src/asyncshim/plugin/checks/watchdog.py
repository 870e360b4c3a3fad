"""A thread that looks again and again at what holds the event loop."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from asyncshim.plugin.checks.holding import Held, Holding, Look
from asyncshim.plugin.checks.stacks import line_of_callback, stack_of
from asyncshim.plugin.checks.steps import LoopSteps, Step, is_stopped_by_debugger
from asyncshim.plugin.checks.thread_clocks import clocks_of_present_thread

NAME = "asyncshim-watchdog"


class Watchdog:
    """Looks at the loop that runs in the thread that makes this object, or at a *lent* one, which runs in another.

    ``slow`` is set as soon as a step is a slow one; ``looks`` counts how often it has looked.
    """

    def __init__(self, limit: float, present_loop: Callable[[], Any], lent: Any = None) -> None:
        self._holding = Holding(limit)
        self._lock = threading.Lock()
        self._present_loop = present_loop
        self._lent = lent
        self._steps: LoopSteps | None = None
        self._base: FrameType | None = None  # the frame that runs the lent loop
        self._ident = threading.get_ident()
        self._clocks = clocks_of_present_thread()
        self._own_clocks = self._clocks
        self._last = (0.0, 0.0, 0.0, 0.0)
        self._now = time.monotonic  # not the name of the module, which tests may freeze
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=NAME, daemon=True)
        self.slow = threading.Event()
        self.is_paused = False
        self.looks = 0

    def start(self) -> None:
        """Start the thread."""
        if self._lent is not None:
            self._lent.call_soon_threadsafe(self._find_thread)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join()

    def take(self) -> tuple[list[Held], int]:
        """Return what held the loop since the last call, and how many steps were too many to keep."""
        with self._lock:
            self.slow.clear()
            return self._holding.take()

    def _find_thread(self) -> None:
        """Called by the lent loop: note its thread, and the frame that runs it."""
        frame = sys._getframe().f_back  # pyright: ignore[reportPrivateUsage]
        self._base = frame
        self._clocks = clocks_of_present_thread()
        self._ident = threading.get_ident()

    def _run(self) -> None:
        self._own_clocks = clocks_of_present_thread()
        self._last = self._read()
        while not self._stop.wait(self._holding.tick):
            self._look()

    def _read(self) -> tuple[float, float, float, float]:
        return self._now(), self._clocks.computed(), self._clocks.waited(), self._own_clocks.waited()

    def _look(self) -> None:
        last, self._last = self._last, self._read()
        elapsed, computed, loop_waited, watchdog_waited = (
            now - before for now, before in zip(self._last, last, strict=True)
        )
        step = self._present_step()
        with self._lock:
            if step is not None and (self.is_paused or is_stopped_by_debugger(step.frames)):
                self._holding.ignore(step.key)
            elif self._holding.look(_look(step, elapsed, computed, loop_waited, watchdog_waited)):
                self.slow.set()
        self.looks += 1

    def _present_step(self) -> Step | None:
        loop = self._lent if self._lent is not None else self._present_loop()
        if loop is None or (self._lent is not None and self._base is None):
            self._steps = None
            return None
        if self._steps is None or self._steps.loop is not loop:
            self._steps = LoopSteps(loop)
        frame = sys._current_frames().get(self._ident)  # pyright: ignore[reportPrivateUsage]
        return self._steps.find(frame, self._base)


def _look(step: Step | None, elapsed: float, computed: float, loop_waited: float, watchdog_waited: float) -> Look:
    key, stack = (None, ()) if step is None else (step.key, stack_of(step.frames))
    if step is not None and not step.frames and step.callback:
        stack = (line_of_callback(step.callback),)
    return Look(key, stack, elapsed, computed, loop_waited, watchdog_waited)
