"""``alt_pytest_asyncio.Loop``, which makes another event loop the current one for a block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from types import TracebackType
from typing import Any, TypeVar

from asyncshim.plugin.choose import given_loops
from asyncshim.plugin.loops import loop_policy
from asyncshim.plugin.loops.cancelling import cancel_all
from asyncshim.plugin.suite.state import State, state_of
from asyncshim.plugin.takeover import claim

T = TypeVar("T")

_PATIENCE = 5.0  # seconds that cancelled tasks may take
_OUTSIDE = "Cannot use run_until_complete on {name} outside of using it as a context manager"
_NOT_MANAGING = "{name} is not managing your overridden loop, use run_until_complete on that loop instead"


class Loop:
    """A context manager: another event loop is the current one, and async tests and fixtures run on it.

    Without *new_loop* there is no current loop in the block, until the suite sets one. At the end the tasks of the new
    loop are cancelled, it is closed, and the previous loop is the current one again.
    """

    _outside = _OUTSIDE.format(name="this alt_pytest_asyncio.Loop")
    _not_managing = _NOT_MANAGING.format(name="This alt_pytest_asyncio.Loop")

    def __init__(self, new_loop: bool = True) -> None:
        self.controlled_loop: asyncio.AbstractEventLoop | None = None
        self._new_loop = new_loop
        self._is_entered = False
        self._former: asyncio.AbstractEventLoop | None = None
        self._state: State | None = None

    def __enter__(self) -> Any:
        self._former = loop_policy.current_loop()
        if self._new_loop:
            self.controlled_loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.controlled_loop)
        config = claim.present_config()
        self._state = None if config is None else state_of(config)
        if self._state is not None:
            given_loops.begin(self._state, self)
        self._is_entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_entered = False
        try:
            loop = self.controlled_loop
            if loop is not None and not loop.is_closed():
                end_loop(loop)
        finally:
            if self._state is not None:
                given_loops.end(self._state, self)
                self._state = None
            asyncio.set_event_loop(self._former)
            self._former = None

    def present_loop(self) -> asyncio.AbstractEventLoop | None:
        """Return the loop for what runs in the block; ``None`` if there is none."""
        return self.controlled_loop if self._new_loop else loop_policy.current_loop()

    def run_until_complete(self, coro: Coroutine[object, object, T]) -> T:
        """Run *coro* on the new loop; return its result, raise what it raises."""
        if not self._is_entered:
            raise RuntimeError(self._outside)
        if self.controlled_loop is None:
            raise RuntimeError(self._not_managing)
        task = self.controlled_loop.create_task(coro)
        try:
            return self.controlled_loop.run_until_complete(task)
        except BaseException:
            if task.done() and not task.cancelled():
                task.exception()  # retrieved: asyncio shall not log it as lost
            raise

    def shutdown_asyncgens(self) -> None:
        """Cancel the async generators that were begun on the new loop."""
        if self.controlled_loop is not None:
            self.controlled_loop.run_until_complete(_cancel_generators(self.controlled_loop))


class OverrideLoop(Loop):
    """:class:`Loop` by its name before 0.9, with the new loop as ``loop``."""

    _outside = _OUTSIDE.format(name="OverrideLoop")
    _not_managing = _NOT_MANAGING.format(name="OverrideLoop")

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The new loop."""
        return self.controlled_loop


def end_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel the tasks and async generators of *loop* and close it."""
    tasks = asyncio.all_tasks(loop)
    cancel_all(tasks)  # before the loop runs again: some have not begun
    try:
        loop.run_until_complete(_end_tasks(tasks))
        loop.run_until_complete(_cancel_generators(loop))
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()


async def _end_tasks(cancelled: set[asyncio.Task[Any]]) -> None:
    """Wait for tasks that were cancelled, and cancel those that they start; the loop is told what fails."""
    this = asyncio.current_task()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _PATIENCE
    tasks = cancelled
    while tasks:
        done, pending = await asyncio.wait(tasks, timeout=max(0.0, deadline - loop.time()))
        for task in done:
            if not task.cancelled() and (error := task.exception()) is not None:
                message = "unhandled exception while a task was cancelled"
                loop.call_exception_handler({"message": message, "exception": error, "task": task})
        if pending:
            return
        tasks = {task for task in asyncio.all_tasks() if task is not this}
        cancel_all(tasks)


async def _cancel_generators(loop: asyncio.AbstractEventLoop) -> None:
    generators: list[AsyncGenerator[Any, Any]] = list(getattr(loop, "_asyncgens", ()))
    for generator in generators:
        try:
            await generator.athrow(asyncio.CancelledError())
        except (asyncio.CancelledError, StopAsyncIteration):
            continue
        except Exception as error:  # noqa: BLE001  (passed on)
            message = f"an error occurred during closing of asynchronous generator {generator!r}"
            loop.call_exception_handler({"message": message, "exception": error, "asyncgen": generator})
    await loop.shutdown_asyncgens()
