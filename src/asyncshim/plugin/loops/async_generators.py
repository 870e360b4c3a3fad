"""Async generators: which loop scope opened each, and how they are closed when it ends."""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import AsyncGenerator
from typing import Any, NamedTuple, cast

from asyncshim.plugin.loops.lifetimes import Place, abandon, code_line, ends_with, present_place
from asyncshim.plugin.loops.runners import Leak, LoopScope, Runner
from asyncshim.plugin.loops.tracebacks import line_of_user


class Opened(NamedTuple):
    """Who opened an async generator, and where, if that was noted."""

    place: Place
    line: str | None


Openers = weakref.WeakKeyDictionary[Any, Opened]  # by the generators


class _NotedGenerators(weakref.WeakSet[Any]):
    """The set to which asyncio's own loops add each async generator that is first iterated on them."""

    def __init__(self, known: weakref.WeakSet[Any], *, with_creator: bool) -> None:
        self._with_creator = with_creator
        self.opened: Openers = weakref.WeakKeyDictionary()
        self.entries: Any = cast("Any", self.opened).data  # looked at after each test
        super().__init__(known)

    def add(self, item: AsyncGenerator[object, object]) -> None:
        """Note the current scope, too."""
        place = present_place()
        if place is not None:
            line = line_of_user(sys._getframe(1)) if self._with_creator else None  # pyright: ignore[reportPrivateUsage]
            self.opened[item] = Opened(place, line)
        super().add(item)


def record_async_generators(loop: asyncio.AbstractEventLoop, *, with_creator: bool = False) -> None:
    """Note to which scope each async generator belongs that is first iterated on *loop*, and if asked, the line."""
    known: Any = getattr(loop, "_asyncgens", None)
    if type(known) is weakref.WeakSet:  # otherwise it is noted already, or the loop closes its generators by itself
        loop._asyncgens = _NotedGenerators(known, with_creator=with_creator)  # type: ignore[attr-defined]


def opened_on(loop: object) -> Openers:
    """Return who opened each async generator that was iterated on *loop*."""
    opened: Openers | None = getattr(getattr(loop, "_asyncgens", None), "opened", None)
    return weakref.WeakKeyDictionary() if opened is None else opened


def close_async_generators(runner: Runner, scope: LoopScope, timeout: float) -> list[Leak]:
    """Close what *scope* left open, with the session all, within *timeout* seconds; describe it."""
    owners = opened_on(runner.loop)
    if not owners:
        return []
    left = {
        generator: opened
        for generator, opened in owners.items()
        if ends_with(opened.place[0], scope) and not generator.ag_running
    }
    for generator in left:
        del owners[generator]
    left = {generator: opened for generator, opened in left.items() if generator.ag_frame is not None}
    if not left:
        return []
    pending = runner.run(_close(list(left), timeout))
    return [_leak(generator, opened, stubborn=generator in pending) for generator, opened in left.items()]


def _leak(generator: Any, opened: Opened, *, stubborn: bool) -> Leak:
    fate = "did not close in time and was abandoned" if stubborn else "was still open and was closed"
    line = opened.line or code_line(generator.ag_code)
    name: str = generator.__qualname__
    return Leak("async generator", repr(name), line, str(opened.place[1]), fate, stubborn, name)


async def _close(generators: list[Any], patience: float) -> list[Any]:
    """Close *generators*; return those that have not ended in time."""
    loop = asyncio.get_running_loop()
    tasks = {loop.create_task(_aclose(generator)): generator for generator in generators}
    _, pending = await asyncio.wait(tasks, timeout=patience)
    for task, generator in tasks.items():
        if task in pending:
            abandon(task)
        elif not task.cancelled() and (error := task.exception()) is not None:
            message = f"an error occurred during closing of asynchronous generator {generator!r}"
            loop.call_exception_handler({"message": message, "exception": error, "asyncgen": generator})
    return [tasks[task] for task in pending]


async def _aclose(generator: Any) -> None:
    await generator.aclose()
