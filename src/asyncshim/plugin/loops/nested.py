"""The Runner of a loop that is running while it calls pytest, and that nest_asyncio has made re-entrant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from asyncshim.plugin.loops.interrupts import Interrupts
from asyncshim.plugin.loops.own import OwnRunner
from asyncshim.plugin.loops.runners import Claim, Leak, LoopScope, refusal

T = TypeVar("T")


def may_nest(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether *loop* runs already and can run again inside: nest_asyncio has patched it."""
    return asyncio._get_running_loop() is loop and bool(getattr(loop, "_nest_patched", False))


class NestedRunner(OwnRunner):
    """Runs coroutines inside the callback that called pytest. The loop's settings and tasks belong to its owner."""

    __slots__ = ("_outer_task",)

    def __init__(self, interrupts: Interrupts, loop: asyncio.AbstractEventLoop, timeout: float) -> None:
        super().__init__(interrupts, factory=lambda: loop, adopted=True, timeout=timeout)
        self._outer_task = asyncio.current_task()

    def is_outside(self) -> bool:
        """Return whether the caller is not a coroutine of a test or fixture."""
        return asyncio.current_task() is self._outer_task

    def attach(self) -> None:
        """Do nothing: a running loop is the current one."""

    def start(self, coroutine: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Return a task for *coroutine*. Raises :class:`LoopIsRunningError` in a coroutine of a test."""
        __tracebackhide__ = True
        if not self.is_outside():
            raise refusal(coroutine)
        self.used = True
        return self.loop.create_task(coroutine)

    def show(self, task: asyncio.Task[Any]) -> None:
        """Put *task*, which is about to continue, back."""
        asyncio._register_task(task)

    def changes(self) -> object:
        """Leave the loop's settings to its owner."""
        return None

    def accept_changes(self, before: Any = None) -> Callable[[], None] | None:  # noqa: ARG002
        """Leave the loop's settings to its owner."""
        return None

    def is_clean(self) -> bool:
        """Return true: what is left on the loop is its owner's."""
        return True

    def put_back(self) -> bool:
        """Leave the loop's settings to its owner; return false if it was closed."""
        return not self.loop.is_closed()

    def adopt_unscoped(self) -> None:
        """Do nothing: tasks that no scope started belong to the owner of the loop."""

    def end_scope(self, scope: LoopScope, timeout: float, claim: Claim | None = None) -> list[Leak]:  # noqa: ARG002
        """Leave tasks to the owner, as alt-pytest-asyncio does."""
        return []

    def close(self, timeout: float) -> list[Leak]:  # noqa: ARG002
        """Leave the loop to its owner."""
        return []
