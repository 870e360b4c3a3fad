"""Loop scopes: the current one, and the one of each task, which started it and with which it ends."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import gc
import inspect
import sys
import time
import warnings
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from types import CodeType
from typing import Any

from asyncshim.plugin.loops.cancelling import cancel_all
from asyncshim.plugin.loops.runners import HeldScope, Leak, LoopScope, Runner
from asyncshim.plugin.loops.tracebacks import line_of_user

FUNCTION = LoopScope("function")
SESSION = LoopScope("session")
EVERYTHING = LoopScope("everything")  # of a Runner that is closed

_UNHANDLED = "unhandled exception while a task was cancelled"
_CLOSING = "async_generator_athrow"  # what a task runs that closes an async generator which was collected
_abandoned: list[Any] = []  # coroutines of tasks that did not end in time
Place = tuple[LoopScope, object]  # and what started it, turned into text for a message
_place: ContextVar[Place | None] = ContextVar("asyncshim_place", default=None)


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


def record_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Give *loop* a task factory that notes to which scope each task belongs and which line made it."""
    if loop.get_task_factory() is not None:
        return

    def factory(
        loop: asyncio.AbstractEventLoop, coro: Any, *, context: Context | None = None, **kwargs: Any
    ) -> asyncio.Task[Any]:
        if context is None:
            context = copy_context()
        task: Any = asyncio.Task(coro, loop=loop, context=context, **kwargs)
        task._asyncshim_place = context.get(_place)
        task._asyncshim_name = task.get_name()
        task._asyncshim_created = line_of_user(sys._getframe(1))  # pyright: ignore[reportPrivateUsage]
        made: asyncio.Task[Any] = task
        return made

    loop.set_task_factory(factory)


def adopt_unscoped(loop: asyncio.AbstractEventLoop) -> None:
    """Let tasks without a scope, made in an empty context or from another thread, belong to the current scope."""
    place = _place.get()
    if place is None or place[0] is FUNCTION:
        return  # tasks without a scope end with the function
    for task in asyncio.all_tasks(loop):
        if place_of_task(task) is None:
            task._asyncshim_place = place  # type: ignore[attr-defined]


def end_tasks(runner: Runner, scope: LoopScope, timeout: float) -> list[Leak]:
    """Cancel the leaked tasks of *scope* and wait for them, at most *timeout* seconds in all; describe them."""
    if tasks_of(runner.loop, scope):
        return cancel_tasks(runner, lambda: tasks_of(runner.loop, scope), timeout)
    if getattr(runner.loop, "_ready", None):
        breathe(runner.loop)
    return []


def cancel_tasks(runner: Runner, left: Callable[[], set[asyncio.Task[Any]]], timeout: float) -> list[Leak]:
    """Cancel what is *left*, also by those that are being cancelled, and wait for it, at most *timeout* seconds."""
    described = {task: describe_task(task) for task in left()}
    if not described:
        return []
    end = time.monotonic() + timeout
    pending = set(described)
    while pending:
        try:
            pending = runner.run(_cancel(pending, left, max(0.0, end - time.monotonic())))
        except SystemExit as error:  # of a task, which is done now
            runner.loop.call_exception_handler({"message": _UNHANDLED, "exception": error})
            pending = left()
            if time.monotonic() < end:
                continue
        break
    for task in pending:
        runner.call(functools.partial(abandon, task))
        described.setdefault(task, describe_task(task))
    return [_leak(*description, task in pending) for task, description in described.items()]


def _leak(task_name: str, coroutine: str, created: str, starter: str, stubborn: bool) -> Leak:
    fate = "ignored its cancellation and was abandoned" if stubborn else "was still running and was cancelled"
    return Leak("task", f"{task_name!r} running {coroutine}", created, starter, fate, stubborn, coroutine)


def abandon(task: Any) -> None:
    """Forget a task, or closing the loop would wait for it without end."""
    asyncio._unregister_task(task)
    task._log_destroy_pending = False
    coroutine = task.get_coro()
    if inspect.iscoroutine(coroutine) and inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
        coroutine.close()  # or Python would warn that it was never awaited
    elif hasattr(coroutine, "close"):
        if not _abandoned:
            atexit.register(_close_abandoned)
        _abandoned.append(coroutine)  # its ``finally`` blocks would run during some later test


def _close_abandoned() -> None:
    """Close abandoned coroutines without warnings: nothing can await what they do then."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        while _abandoned:
            with contextlib.suppress(BaseException):
                _abandoned.pop().close()


def code_line(code: CodeType | None) -> str:
    """Return where *code* is defined, as FILE:LINE."""
    return "an unknown place" if code is None else f"{code.co_filename}:{code.co_firstlineno}"


def may_have_tasks(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether tasks are left on *loop*, or, before Python 3.14, on any loop."""
    if sys.version_info >= (3, 14):
        return bool(asyncio.all_tasks(loop))
    return any(_TASKS)


def breathe(loop: asyncio.AbstractEventLoop) -> None:
    """Let callbacks run that are due: closing connections, finalizers of collected async generators, a late stop().

    ``run_until_complete`` would not do: a ``stop()`` that a test left behind would stop it.
    """
    loop.call_soon(loop.stop)
    loop.run_forever()


async def _cancel(
    tasks: set[asyncio.Task[Any]], again: Callable[[], set[asyncio.Task[Any]]], patience: float
) -> set[asyncio.Task[Any]]:
    """Cancel and await *tasks* and those that they start meanwhile; return those that have not ended in time."""
    loop = asyncio.get_running_loop()
    this = asyncio.current_task()
    deadline, end = loop.time() + patience, time.monotonic() + patience  # the loop may have a clock of its own
    while tasks:
        cancel_all([task for task in tasks if type(task.get_coro()).__name__ != _CLOSING])
        done, pending = await asyncio.wait(tasks, timeout=max(0.0, deadline - loop.time()))
        for task in done:
            if not task.cancelled() and task.exception() is not None:
                loop.call_exception_handler({"message": _UNHANDLED, "exception": task.exception(), "task": task})
        tasks = {task for task in again() if task is not this}  # what the cancelled ones started meanwhile
        if pending or time.monotonic() >= end:
            return pending | tasks
    return set()


def tasks_of(loop: asyncio.AbstractEventLoop, scope: LoopScope) -> set[asyncio.Task[Any]]:
    """Return the tasks on *loop* that end with *scope*; with the session, all that no fixture holds."""
    tasks = asyncio.all_tasks(loop)
    if not tasks or scope is EVERYTHING:
        return tasks
    return {task for task in tasks if ends_with(_scope_of(task), scope)}


def ends_with(own: LoopScope, scope: LoopScope) -> bool:
    """Return whether what belongs to scope *own* ends with *scope*."""
    if scope is SESSION:
        return not isinstance(own, HeldScope)
    return own is scope or scope is EVERYTHING


def move_task(task: Any, scope: LoopScope, holder: str) -> None:
    """Move a task to another scope, together with what it will start."""
    place = task._asyncshim_place = held_place(scope, holder, place_of_task(task))
    move_context(context_of(task), place)


def place_with_holder(task: asyncio.Task[Any]) -> Place | None:
    """Return the place of a task that was moved to a holder, else ``None``."""
    place = place_of_task(task)
    return place if place is not None and isinstance(place[0], HeldScope) else None


def held_place(scope: LoopScope, holder: str, former: Place | None) -> Place:
    """Return the place of something that *holder* holds."""
    starter = "an unknown test" if former is None else str(former[1])  # which is another one for the next test
    return scope, f"{starter}, held by {holder}"


def move_context(context: Context | None, place: Place) -> None:
    """Let what is started in *context* from now on belong to *place*."""
    if context is not None:
        with contextlib.suppress(RuntimeError):  # other code has entered it just now
            context.run(_place.set, place)


def _scope_of(task: asyncio.Task[Any]) -> LoopScope:
    place = place_of_task(task)
    return FUNCTION if place is None else place[0]


def place_of_task(task: asyncio.Task[Any]) -> Place | None:
    """Return the scope of *task* and what started it, if they are known."""
    place: Place | None = getattr(task, "_asyncshim_place", None)
    context = context_of(task) if place is None else None
    return place if context is None else place_in(context)


def context_of(task: Any) -> Context | None:
    """Return the context in which *task* runs."""
    if sys.version_info >= (3, 12):
        context: Context = task.get_context()
        return context
    # Python 3.11 has no public way; after its own context, a task refers to those of its callbacks.
    return next((found for found in gc.get_referents(task) if isinstance(found, Context)), None)


def describe_task(task: asyncio.Task[Any]) -> tuple[str, str, str, str]:
    """Return the name of *task*, its coroutine, the line that made it, or that of its function, and what started it."""
    coroutine: Any = task.get_coro()
    code: CodeType | None = getattr(coroutine, "cr_code", None)
    created = getattr(task, "_asyncshim_created", None)
    if created is None:
        created = code_line(code)
    place = place_of_task(task)
    name = getattr(coroutine, "__qualname__", repr(coroutine))
    task_name = task.get_name()
    if task_name == "None":  # Python 3.13.0 gives this name to unnamed tasks of a task factory
        task_name = getattr(task, "_asyncshim_name", task_name)
    return task_name, name, created, str(place[1]) if place is not None else "an unknown test"
