"""Async generators: which loop scope opened each, and how they are closed when it ends."""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import AsyncGenerator, Callable
from typing import Any, NamedTuple

from asyncshim.plugin.loops.lifetimes import Place, abandon, code_line, ends_with, present_place
from asyncshim.plugin.loops.runners import Leak, LoopScope, Runner
from asyncshim.plugin.loops.tracebacks import line_of_user


class Opened(NamedTuple):
    """Who opened an async generator, and where, if that was noted."""

    place: Place
    line: str | None


def record_async_generators(loop: asyncio.AbstractEventLoop, *, with_creator: bool = False) -> None:
    """Note to which scope each async generator belongs that is first iterated on *loop*, and if asked, the line."""
    original: Callable[[AsyncGenerator[object, object]], None] | None = getattr(loop, "_asyncgen_firstiter_hook", None)
    is_recorded = getattr(loop, "_asyncshim_generators", None) is not None
    if original is None or is_recorded or getattr(loop, "_asyncgens", None) is None:
        return  # not asyncio's own loop: it closes its generators when it is closed
    owners: weakref.WeakKeyDictionary[AsyncGenerator[object, object], Opened] = weakref.WeakKeyDictionary()

    def first_iteration(generator: AsyncGenerator[object, object]) -> None:
        place = present_place()
        if place is not None:
            line = line_of_user(sys._getframe(1)) if with_creator else None  # pyright: ignore[reportPrivateUsage]
            owners[generator] = Opened(place, line)
        original(generator)

    loop._asyncgen_firstiter_hook = first_iteration  # type: ignore[attr-defined]
    loop._asyncshim_generators = owners  # type: ignore[attr-defined]


def close_async_generators(runner: Runner, scope: LoopScope, timeout: float) -> list[Leak]:
    """Close what *scope* left open, with the session all, within *timeout* seconds; describe it."""
    owners = getattr(runner.loop, "_asyncshim_generators", None)
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
    return Leak("async generator", repr(generator.__qualname__), line, str(opened.place[1]), fate, stubborn)


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
