"""One task for both halves of an async generator fixture, so that task groups, timeouts and cancel scopes may span it.

pytest-asyncio runs the halves in two tasks (pytest-asyncio#1191, #124).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextvars import Context, copy_context
from types import CodeType
from typing import Any, Protocol

from asyncshim.plugin.loops.escapes import at_place
from asyncshim.plugin.loops.runners import STOPPED, Driver
from asyncshim.plugin.loops.time_limit import TimeLimit
from asyncshim.plugin.loops.tracebacks import at_definition, place_of, without_machinery


class HalfGuard(Protocol):
    """Runs each half, with what surrounds it."""

    accepts_no_value: bool  # an async generator that ends without a ``yield`` gives ``None``

    async def run(self, awaitable: Awaitable[Any], /) -> Any:
        """Return the result of *awaitable*; called in the task."""

    def begin(self) -> None:
        """Prepare for the second half; called outside of the task, as :meth:`end` is."""

    def end(self) -> None:
        """Clean up after a half."""


class GeneratorHost:
    """Holds an async generator at its ``yield`` while tests run, in a hidden task.

    The task is taken out of ``asyncio.all_tasks()`` between the halves: a test that cancels or counts all tasks means
    its own. With *outlives_test* the generator is not registered with the loop either, so that
    ``shutdown_asyncgens()`` in a test does not close it; a generator of the test itself is closed there.
    """

    _asyncshim_owned = ("_generator", "_task")

    __slots__ = (
        "_generator",
        "_guard",
        "_has_begun",
        "_is_resumed",
        "_outlives_test",
        "_resume",
        "_runner",
        "_task",
        "context",
        "value",
    )

    def __init__(
        self,
        runner: Driver,
        generator: AsyncGenerator[Any, Any],
        *,
        outlives_test: bool = True,
        guard: HalfGuard | None = None,
    ) -> None:
        self._guard = guard
        self._outlives_test = outlives_test
        self._runner = runner
        self._generator = generator
        self._has_begun = False  # and come to its yield, or to its end
        self._resume: asyncio.Future[None] = runner.loop.create_future()
        self._is_resumed = False
        self._task: asyncio.Task[None] | None = None
        self.context: Context | None = None
        self.value: Any = None

    def set_up(self, limit: TimeLimit | None) -> Any:
        """Run to the ``yield``; return what it yields, raise what the first half raises."""
        __tracebackhide__ = True
        task = self._task = self._runner.start(self._live())
        try:
            self._runner.drive(task, to_its_end=False, limit=limit)
        finally:
            if self._guard is not None:
                self._guard.end()
        if not self._has_begun:
            raise at_place(RuntimeError(STOPPED), place_of(task))
        if task.done():
            try:
                task.result()
            except BaseException as error:  # noqa: BLE001  (raised again)
                raise without_machinery(error)  # noqa: B904  (it is the same object)
        self._runner.hide(task)
        self._runner.hosts += 1
        return self.value

    def tear_down(self, limit: TimeLimit | None, substitute: Callable[[], Driver]) -> None:
        """Run from the ``yield`` to the end; on a *substitute* where user code closed the loop of the first half."""
        __tracebackhide__ = True
        if self._guard is None:
            self._tear_down(limit, substitute)
            return
        self._guard.begin()
        try:
            self._tear_down(limit, substitute)
        finally:
            self._guard.end()

    def _tear_down(self, limit: TimeLimit | None, substitute: Callable[[], Driver]) -> None:
        __tracebackhide__ = True
        task = self._task
        assert task is not None, "set_up comes first"
        self._runner.hosts -= 1
        if self._runner.loop.is_closed():
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # nothing can run it any more
            substitute().run(self._finish(None), limit)
            return
        self._runner.show(task)
        self._runner.call(self._wake)
        self._runner.drive(task, to_its_end=True, limit=limit)

    def _wake(self) -> None:
        self._is_resumed = True
        if not self._resume.done():
            self._resume.set_result(None)

    async def _live(self) -> None:
        try:
            step = _unregistered_step(self._generator) if self._outlives_test else self._generator.__anext__()
            self.value = await (step if self._guard is None else self._guard.run(step))
        except StopAsyncIteration:
            if self._guard is None or not self._guard.accepts_no_value:
                raise self._misuse("the fixture did not yield a value") from None
        finally:
            self.context = copy_context()
            self._has_begun = True
            self._runner.pause()
        await self._finish(await self._until_resumed())

    async def _until_resumed(self) -> asyncio.CancelledError | None:
        """Sleep at the ``yield``. A cancellation comes from the fixture itself: a failed task group, a timeout."""
        cancelled: asyncio.CancelledError | None = None
        while not self._is_resumed:
            try:
                await self._resume
            except asyncio.CancelledError as error:  # anyio repeats it at every turn of the loop
                cancelled = cancelled or error
                self._resume = self._runner.loop.create_future()
        return cancelled

    async def _finish(self, cancelled: asyncio.CancelledError | None) -> None:
        try:
            step = self._generator.__anext__() if cancelled is None else self._generator.athrow(cancelled)
            await (step if self._guard is None else self._guard.run(step))
        except StopAsyncIteration:
            return
        await self._generator.aclose()
        raise self._misuse("Async generator fixture didn't stop. Yield only once.")

    def _misuse(self, text: str) -> ValueError:
        """Return an error that shows the definition of the fixture."""
        code: CodeType | None = getattr(self._generator, "ag_code", None)
        return ValueError(text).with_traceback(None if code is None else at_definition(code))


def _unregistered_step(generator: AsyncGenerator[Any, Any]) -> Any:
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, None)
    try:
        return generator.__anext__()
    finally:
        sys.set_asyncgen_hooks(*hooks)
