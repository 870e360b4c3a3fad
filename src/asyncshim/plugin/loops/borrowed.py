"""An ``asyncio.Runner`` for code that asks for one, on a loop that asyncshim drives and closes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runners import Runner

T = TypeVar("T")


class BorrowedRunner(asyncio.Runner):  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    """What the fixtures ``_function_scoped_runner`` … of pytest-asyncio 1.1 and later return.

    A subclass, final or not: plugins test ``isinstance(…, asyncio.Runner)``.
    """

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self._runner = runner

    def __enter__(self) -> Self:
        return self

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop."""
        return self._runner.loop

    def run(self, coro: Coroutine[Any, Any, T], *, context: Context | None = None) -> T:
        """Run a coroutine on the loop, in *context* if that is given."""
        __tracebackhide__ = True
        return self._runner.run(coro) if context is None else context.run(self._runner.run, coro)

    def close(self) -> None:
        """Do nothing: the session closes the loop."""

    def is_closed(self) -> bool:
        """Return whether the loop is closed."""
        return self._runner.loop.is_closed()
