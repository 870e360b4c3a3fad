"""A progress bar: shown on a terminal if the work takes longer than a second, removed at the end."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE = 1.0
_INTERVAL = 0.1


class ProgressBar:
    """Called for every file; draws only on a terminal and after a second."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self._started = self._drawn = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` files of a phase are processed."""
        now = time.monotonic()
        if not self._enabled or now - self._started < _PATIENCE or now - self._drawn < _INTERVAL:
            return
        self._drawn = now
        bar, task = self._ready()
        bar.update(task, description=phase, completed=done, total=total)
        bar.refresh()

    def close(self) -> None:
        """Remove the bar from the terminal."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _ready(self) -> tuple[Progress, TaskID]:
        if self._bar is None or self._task is None:
            from rich.console import Console
            from rich.progress import Progress

            # No refresh thread: the engine may fork, and a forked child has no other threads.
            self._bar = Progress(console=Console(file=sys.stderr), auto_refresh=False, transient=True)
            self._bar.start()
            self._task = self._bar.add_task("")
        return self._bar, self._task
