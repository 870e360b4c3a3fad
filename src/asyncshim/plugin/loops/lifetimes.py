"""The loop scope of each task and async generator: the one that started it, and with which it ends."""

from __future__ import annotations

import asyncio
import functools
import operator
import sys
import weakref
from collections.abc import AsyncGenerator, Callable
from contextvars import Context, ContextVar
from types import CodeType
from typing import Any

from asyncshim.plugin.loops.runners import LeakedTask, LoopScope, Runner
from asyncshim.plugin.loops.tracebacks import line_of_user

FUNCTION = LoopScope("function")
SESSION = LoopScope("session")

Place = tuple[LoopScope, object]  # and what started it, turned into text for a message
_place: ContextVar[Place | None] = ContextVar("asyncshim_place", default=None)
_REST = operator.attrgetter("_ready", "_asyncshim_generators.data", "_selector._fd_to_key")


def _known_tasks() -> list[set[Any]]:
    """Return the sets that ``all_tasks()`` searches, of all loops, before Python 3.14 made that fast."""
    names = ("_all_tasks",) if sys.version_info < (3, 12) else ("_scheduled_tasks", "_eager_tasks")
    found: list[Any] = [getattr(asyncio.tasks, name) for name in names]
    return [getattr(tasks, "data", tasks) for tasks in found]


_TASKS = _known_tasks() if sys.version_info < (3, 14) else []


def start_in(scope: LoopScope, starter: object) -> None:
    """Make *scope* the scope of tasks that start from now on, in the current context and its copies."""
    _place.set((scope, starter))


def present_place() -> Place | None:
    """Return the current scope, for :func:`go_back_to`."""
    return _place.get()


def go_back_to(place: Place | None) -> None:
    """Make an earlier scope the current one again."""
    _place.set(place)


def place_in(context: Context) -> Place | None:
    """Return the scope in which a handle or task with *context* was made."""
    return context.get(_place)


def is_recording_needed(leaks: str) -> bool:
    """Return whether tasks must note their origin when they are made: Python 3.11 cannot read a task's context."""
    return leaks != "cancel" or sys.version_info < (3, 12)


def record_tasks(loop: asyncio.AbstractEventLoop, *, with_creator: bool) -> None:
    """Give *loop* a task factory that notes to which scope each task belongs and which line made it."""
    if loop.get_task_factory() is not None:
        return

    def factory(
        loop: asyncio.AbstractEventLoop, coro: Any, *, context: Context | None = None, **kwargs: Any
    ) -> asyncio.Task[Any]:
        task: Any = asyncio.Task(coro, loop=loop, context=context, **kwargs)
        task._asyncshim_place = _place.get() if context is None else context.get(_place)
        task._asyncshim_name = task.get_name()
        if with_creator:
            task._asyncshim_created = line_of_user(sys._getframe(1))  # pyright: ignore[reportPrivateUsage]
        made: asyncio.Task[Any] = task
        return made

    loop.set_task_factory(factory)


def adopt_unscoped(loop: asyncio.AbstractEventLoop) -> None:
    """Let tasks without a scope, made in an empty context or from another thread, belong to the present scope."""
    place = _place.get()
    if place is None or place[0] is FUNCTION:
        return  # tasks without a scope end with the function
    for task in asyncio.all_tasks(loop):
        if _place_of(task) is None:
            task._asyncshim_place = place  # type: ignore[attr-defined]


def record_async_generators(loop: asyncio.AbstractEventLoop) -> None:
    """Note to which scope each async generator belongs that is first iterated on *loop*."""
    original: Callable[[AsyncGenerator[object, object]], None] | None = getattr(loop, "_asyncgen_firstiter_hook", None)
    if original is None or getattr(loop, "_asyncgens", None) is None:
        return  # not asyncio's own loop: it closes its generators when it is closed
    owners: weakref.WeakKeyDictionary[AsyncGenerator[object, object], Place] = weakref.WeakKeyDictionary()

    def first_iteration(generator: AsyncGenerator[object, object]) -> None:
        place = _place.get()
        if place is not None:
            owners[generator] = place
        original(generator)

    loop._asyncgen_firstiter_hook = first_iteration  # type: ignore[attr-defined]
    loop._asyncshim_generators = owners  # type: ignore[attr-defined]


def end_tasks(runner: Runner, scope: LoopScope, timeout: float) -> list[LeakedTask]:
    """Cancel the leaked tasks of *scope* and wait for them, at most *timeout* seconds in all; describe them."""
    if tasks_of(runner.loop, scope):
        return cancel_tasks(runner, lambda: tasks_of(runner.loop, scope), timeout)
    if getattr(runner.loop, "_ready", None):
        breathe(runner.loop)
    return []


def cancel_tasks(runner: Runner, left: Callable[[], set[asyncio.Task[Any]]], timeout: float) -> list[LeakedTask]:
    """Cancel what is *left*, also by those that are being cancelled, and wait for it, at most *timeout* seconds."""
    described = {task: _describe(task) for task in left()}
    if not described:
        return []
    leaked: list[LeakedTask] = []
    pending = runner.run(_cancel(set(described), left, timeout))
    for task in pending:
        runner.call(functools.partial(_abandon, task))
        described.setdefault(task, _describe(task))
    for task, (name, coroutine, created, starter) in described.items():
        leaked.append(LeakedTask(name, coroutine, created, starter, task in pending))
    return leaked


def _abandon(task: Any) -> None:
    """Forget a task, or closing the loop would wait for it without end."""
    asyncio._unregister_task(task)
    task._log_destroy_pending = False


def close_async_generators(runner: Runner, scope: LoopScope) -> None:
    """Close the async generators that *scope* opened and left open."""
    owners = getattr(runner.loop, "_asyncshim_generators", None)
    if not owners:
        return
    left = [generator for generator, place in owners.items() if place[0] is scope and not generator.ag_running]
    for generator in left:
        del owners[generator]
    left = [generator for generator in left if generator.ag_frame is not None]
    if left:
        runner.run(_close(left))


def may_have_tasks(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether tasks are left on *loop*, or, before Python 3.14, on any loop."""
    if sys.version_info >= (3, 14):
        return bool(asyncio.all_tasks(loop))
    for tasks in _TASKS:  # noqa: SIM110  (called after each test)
        if tasks:
            return True
    return False


def is_quiet(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether the loop is certainly idle: no task, async generator, callback or descriptor but the self-pipe.

    The usual case, read quickly from asyncio's own tables. False where they are not known.
    """
    if may_have_tasks(loop):
        return False
    try:
        ready, generators, watched = _REST(loop)
        return not ready and not generators and len(watched) < 2
    except (AttributeError, TypeError):  # a loop of the suite's own kind, a selector that only looks like one
        return False


def breathe(loop: asyncio.AbstractEventLoop) -> None:
    """Let callbacks run that are due: closing connections, finalizers of collected async generators, a late stop().

    ``run_until_complete`` would not do: a ``stop()`` that a test left behind would stop it.
    """
    loop.call_soon(loop.stop)
    loop.run_forever()


async def _cancel(
    tasks: set[asyncio.Task[Any]], again: Callable[[], set[asyncio.Task[Any]]], patience: float
) -> set[asyncio.Task[Any]]:
    loop = asyncio.get_running_loop()
    this = asyncio.current_task()
    deadline = loop.time() + patience
    while tasks:
        for task in tasks:
            task.cancel()
        done, pending = await asyncio.wait(tasks, timeout=max(0.0, deadline - loop.time()))
        for task in done:
            if not task.cancelled() and task.exception() is not None:
                message = "unhandled exception while a task was cancelled"
                loop.call_exception_handler({"message": message, "exception": task.exception(), "task": task})
        if pending:
            return pending
        tasks = {task for task in again() if task is not this}  # what the cancelled ones started meanwhile
    return set()


async def _close(generators: list[Any]) -> None:
    loop = asyncio.get_running_loop()
    results = await asyncio.gather(*(generator.aclose() for generator in generators), return_exceptions=True)
    for generator, result in zip(generators, results, strict=True):
        if isinstance(result, Exception):
            message = f"an error occurred during closing of asynchronous generator {generator!r}"
            loop.call_exception_handler({"message": message, "exception": result, "asyncgen": generator})


def tasks_of(loop: asyncio.AbstractEventLoop, scope: LoopScope) -> set[asyncio.Task[Any]]:
    """Return the tasks on *loop* that end with *scope*; with the session, all."""
    tasks = asyncio.all_tasks(loop)
    if not tasks or scope is SESSION:
        return tasks
    return {task for task in tasks if (place[0] if (place := _place_of(task)) is not None else FUNCTION) is scope}


def _place_of(task: asyncio.Task[Any]) -> Place | None:
    known: Any = task
    place: Place | None = known.get_context().get(_place) if sys.version_info >= (3, 12) else None
    return place if place is not None else getattr(task, "_asyncshim_place", None)


def _describe(task: asyncio.Task[Any]) -> tuple[str, str, str, str]:
    coroutine: Any = task.get_coro()
    code: CodeType | None = getattr(coroutine, "cr_code", None)
    created = getattr(task, "_asyncshim_created", None)
    if created is None:
        created = f"{code.co_filename}:{code.co_firstlineno}" if code is not None else "an unknown place"
    place = _place_of(task)
    name = getattr(coroutine, "__qualname__", repr(coroutine))
    task_name = task.get_name()
    if task_name == "None":  # Python 3.13.0 gives this name to unnamed tasks of a task factory
        task_name = getattr(task, "_asyncshim_name", task_name)
    return task_name, name, created, str(place[1]) if place is not None else "an unknown test"
