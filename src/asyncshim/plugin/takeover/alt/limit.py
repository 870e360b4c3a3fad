"""The timer of ``LoadedAsyncTimeout``."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from asyncshim.plugin.loops.time_limit import TimeLimit


class Limit(TimeLimit):
    """A time limit that asks a method of the suite's class whether a debugger suspends it."""

    __slots__ = ("_is_suspended",)

    def __init__(self, seconds: float, is_suspended: Callable[[], bool]) -> None:
        super().__init__(seconds, "the limit of async_timeout")
        self._is_suspended = is_suspended

    def is_suspended(self) -> bool:
        """Return whether the limit may not expire now."""
        return self._is_suspended()

    def place(self) -> TracebackType | None:
        """Return where the task was waiting when the limit expired."""
        return self.error().__traceback__
