"""Cancel tasks. ``Task.cancel()`` calls itself for what the task awaits: endlessly in a cycle, too deep in a chain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

_MAX_DEPTH = 100  # of calls of ``cancel()`` inside each other


class _Chain(NamedTuple):
    """What the ``cancel()`` of a future leads to."""

    depth: int
    innermost: Any  # the task at the end; ``None`` for a future that is no task


def cancel(task: asyncio.Task[Any]) -> None:
    """Cancel *task*. Called where the loop may be used."""
    cancel_all([task])


def cancel_all(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel *tasks* of one loop: for a long chain, the innermost task of it; a cycle is broken first."""
    chains: dict[int, _Chain] = {}
    blocked: set[int] = set()  # the futures of, and before, a cycle
    again: list[asyncio.Task[Any]] = []
    for task in tasks:
        if task.done():
            continue
        _measure(task, chains, blocked)
        if id(task) in blocked:
            again.append(task)
            continue
        chain = chains[id(task)]
        (chain.innermost if chain.depth > _MAX_DEPTH else task).cancel()
    if again:
        again[0].get_loop().call_soon(cancel_all, again)


def _measure(start: asyncio.Task[Any], chains: dict[int, _Chain], blocked: set[int]) -> None:
    """Find the chain of *start* and of all that it awaits; note and break a cycle instead."""
    path: dict[int, tuple[Any, list[Any], Iterator[Any]]] = {}

    def enter(future: Any) -> None:
        awaited = _cancelled_with(future)
        path[id(future)] = (future, awaited, iter(awaited))

    if id(start) not in chains and id(start) not in blocked:
        enter(start)
    while path:
        key = next(reversed(path))
        future, awaited, rest = path[key]
        following = next((other for other in rest if id(other) not in chains), None)
        if following is None:
            del path[key]
            below = max((chains[id(other)] for other in awaited), key=lambda chain: chain.depth, default=None)
            innermost = None if below is None else below.innermost
            is_task = isinstance(future, asyncio.Task)
            chains[key] = _Chain(0 if below is None else below.depth + 1, innermost or (future if is_task else None))
        elif id(following) in path or id(following) in blocked:
            if id(following) in path:
                members = [entry[0] for entry in path.values()]
                _break(members[list(path).index(id(following)) :])
            blocked.update(path)
            return
        else:
            enter(following)


def _cancelled_with(future: Any) -> list[Any]:
    """Return what the ``cancel()`` of *future* cancels: what a task awaits, the children of ``gather()``."""
    awaited = getattr(future, "_fut_waiter", None)
    if awaited is not None:
        return [awaited]
    return list(getattr(future, "_children", None) or ()) if type(future).__name__ == "_GatheringFuture" else []


def _break(cycle: list[Any]) -> None:
    """Let one task of *cycle* continue with a ``CancelledError``: the others end after it, one after another."""
    for position, waiter in enumerate(cycle):
        awaited = cycle[(position + 1) % len(cycle)]
        for callback, context in getattr(awaited, "_callbacks", None) or ():
            if id(getattr(callback, "__self__", None)) == id(waiter):  # what wakes it up
                loop = waiter.get_loop()
                cancelled = loop.create_future()
                cancelled.cancel()
                awaited.remove_done_callback(callback)
                loop.call_soon(callback, cancelled, context=context)
                return
