"""What surrounds each half of an async function in a suite with limits of its own kind: limit and shared context."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from asyncshim.plugin.loops.contexts import SharedContext
    from asyncshim.plugin.loops.runners import Runner
    from asyncshim.plugin.loops.time_limit import TimeLimit

T = TypeVar("T")


class FunctionLimit(Protocol):
    """A time limit that its owner starts in the task of the function, and asks for its error afterwards."""

    error: BaseException | None
    run_count: int

    def use_default_timeout(self) -> None:
        """Start the limit in the current task."""

    def raise_maybe(self, func: Callable[..., object], /) -> None:
        """Raise an error if the limit has expired."""


class Guard:
    """Runs an async function, or one half of an async generator, under a limit and in the shared context."""

    def __init__(
        self,
        limit: FunctionLimit,
        function: Callable[..., Any],
        arguments: Mapping[str, Any],
        shared: SharedContext | None,
    ) -> None:
        self.arguments = arguments
        self.accepts_no_value = shared is not None  # as alt-pytest-asyncio does where it is enabled
        self._limit = limit
        self._function = function
        self._shared = shared
        self._present: Context | None = None
        self._left: Context | None = None

    async def run(self, awaitable: Awaitable[T]) -> T:
        """Return the result of *awaitable*; called in the task of the function."""
        __tracebackhide__ = True
        limit = self._limit
        if self._shared is not None and self._present is not None:
            self._shared.enter(self._present)
        limit.error = None
        try:
            limit.use_default_timeout()
            result = await awaitable
        except BaseException as error:
            self._end_half()
            if isinstance(error, (GeneratorExit, KeyboardInterrupt, SystemExit)):
                raise
            limit.error = error
            limit.raise_maybe(self._function)
            raise
        self._end_half()
        limit.raise_maybe(self._function)
        return result

    def _end_half(self) -> None:
        limit = self._limit
        limit.run_count = getattr(limit, "run_count", 0) + 1
        stop: Callable[[], None] | None = getattr(limit, "stop", None)
        if stop is not None:
            stop()
        self._left = copy_context()

    def run_on(self, runner: Runner, awaitable: Awaitable[T], limit: TimeLimit | None) -> T:
        """Return the result of *awaitable*, run on *runner*."""
        __tracebackhide__ = True
        try:
            return runner.run(self.run(awaitable), limit)
        finally:
            self.end()

    def begin(self) -> None:
        """Before the second half of a generator, whose context is older: note the variables as they are now."""
        self._present = copy_context()

    def end(self) -> None:
        """Set the variables that the function has changed, for fixtures and tests that follow."""
        if self._shared is not None and self._left is not None:
            self._shared.leave(self._left)
        self._left = None
