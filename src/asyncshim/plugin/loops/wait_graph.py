"""Which task waits for which, found in what asyncio keeps: awaited futures, their callbacks, and Python 3.14's links.

``asyncio.capture_call_graph()`` is not used: it follows cycles without end. What it reads is read here, once per task.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable, Iterator
from itertools import islice
from types import FunctionType, MethodType
from typing import Any

from asyncshim.plugin.loops.primitives import is_primitive

Task = asyncio.Task[Any]
MAX_EDGES = 50_000
_MAX_FUTURES = 100  # that are followed from one task
_MAX_ATTRIBUTES = 50  # that are looked at of one object
_MAX_CYCLES = 5
_LIBRARIES = {"asyncio", "anyio"}  # their task groups and iterators hold the future that is awaited
_QUEUED = ("_waiters", "_getters", "_putters")  # of locks, events, conditions, semaphores, queues: futures


class WaitGraph:
    """The edges between tasks, in the order of the tasks."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self.tasks = list(tasks)
        self.edges: dict[Task, list[Task]] = {}
        self.is_complete = True
        self._count = 0
        self._seen: set[tuple[int, int]] = set()
        self._linked: dict[int, list[Any]] = {}
        self._by_future: dict[int, list[Task]] = {}
        for task in self.tasks:
            awaited = getattr(task, "_fut_waiter", None)
            if awaited is not None:
                self._by_future.setdefault(id(awaited), []).append(task)
        for task in self.tasks:
            self._find_waiters(task)
        explained = set(self.edges)
        for task in self.tasks:
            self._find_linked_waiters(task, explained)

    def awaited(self, task: Task) -> list[Task]:
        """Return the tasks that *task* waits for."""
        return self.edges.get(task, [])

    def roots(self) -> list[Task]:
        """Return the tasks that no task waits for."""
        targets = {awaited for targets in self.edges.values() for awaited in targets}
        return [task for task in self.tasks if task not in targets]

    def cycles(self) -> list[list[Task]]:
        """Return tasks that wait for each other, at most a few groups."""
        found: list[list[Task]] = []
        finished: set[Task] = set()
        for start in self.tasks:
            if start not in finished and start in self.edges:
                self._search(start, finished, found)
            if len(found) >= _MAX_CYCLES:
                break
        return found[:_MAX_CYCLES]

    def _search(self, start: Task, finished: set[Task], found: list[list[Task]]) -> None:
        path: dict[Task, Iterator[Task]] = {start: iter(self.awaited(start))}
        while path:
            last = next(reversed(path))
            following = next(path[last], None)
            if following is None:
                finished.add(last)
                del path[last]
            elif following in path:
                members = list(path)
                found.append(members[members.index(following) :])
            elif following not in finished:
                path[following] = iter(self.awaited(following))

    def _add(self, waiter: Task, task: Task) -> None:
        key = (id(waiter), id(task))
        if waiter is task or key in self._seen:
            return
        self._count += 1
        if self._count > MAX_EDGES:
            self.is_complete = False
            return
        self._seen.add(key)
        self.edges.setdefault(waiter, []).append(task)

    def _find_waiters(self, task: Task) -> None:
        """Follow the callbacks of *task* to futures that other tasks await: of gather(), wait(), a task group."""
        pending: list[Any] = [task]
        known = {id(task)}
        for _ in range(_MAX_FUTURES):
            if not pending or not self.is_complete:
                return
            future = pending.pop()
            for waiter in self._by_future.get(id(future), ()):
                self._add(waiter, task)
            for linked in self._linked_futures(future):
                if id(linked) not in known:
                    known.add(id(linked))
                    pending.append(linked)

    def _linked_futures(self, future: Any) -> list[Any]:
        found = self._linked.get(id(future))
        if found is None:
            by_id = {id(linked): linked for linked in _behind_callbacks(future)}
            found = self._linked[id(future)] = list(by_id.values())
        return found

    def _find_linked_waiters(self, task: Task, explained: set[Task]) -> None:
        """Add what ``asyncio.future_add_to_awaited_by()`` (Python 3.14) notes of waiters not explained otherwise."""
        linked: Iterable[Any] = getattr(task, "_asyncio_awaited_by", None) or ()
        for waiter in linked:
            found: list[Task] = [waiter] if isinstance(waiter, asyncio.Task) else self._by_future.get(id(waiter), [])
            for other in found:
                if other not in explained:
                    self._add(other, task)


def _behind_callbacks(future: Any) -> Iterator[Any]:
    """Yield the futures, not tasks, that the callbacks of *future* refer to."""
    for callback, _ in getattr(future, "_callbacks", None) or ():
        for thing in _referred(callback):
            yield from _futures_in(thing)


def _is_partial(callback: object) -> bool:
    return isinstance(callback, functools.partial)


def _referred(callback: Any) -> Iterator[Any]:
    while _is_partial(callback):
        yield from callback.args
        callback = callback.func
    if isinstance(callback, MethodType):
        yield callback.__self__
        callback = callback.__func__
    elif not isinstance(callback, FunctionType):
        yield getattr(callback, "__self__", None)  # of a method written in C, or compiled
    for cell in getattr(callback, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not assigned yet
            continue


def _futures_in(thing: Any) -> Iterator[Any]:
    """Yield *thing* if it is a future, else the futures in it. Attributes are searched only in classes of libraries."""
    yield from _future(thing)
    yield from queued_futures(thing)
    if type(thing).__module__.partition(".")[0] in _LIBRARIES:
        attributes: dict[str, Any] = getattr(thing, "__dict__", {})
        for value in islice(list(attributes.values()), _MAX_ATTRIBUTES):
            yield from _future(value)
            yield from queued_futures(value)


def _future(thing: Any) -> Iterator[Any]:
    if isinstance(thing, asyncio.Future) and not isinstance(thing, asyncio.Task):
        yield thing


def queued_futures(thing: Any) -> Iterator[Any]:
    """Yield the futures of those that wait for a lock, an event, a condition, a semaphore or a queue of asyncio."""
    if is_primitive(thing):
        for name in _QUEUED:
            for future in islice(getattr(thing, name, None) or (), MAX_EDGES):
                yield from _future(future)
