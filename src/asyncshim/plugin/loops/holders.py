"""Which of the things that a loop scope leaves behind are held by a fixture that is still set up.

A search over references, from what the fixtures gave their tests to what is left. It follows what an object owns, not
what merely knows it: a future does not own the tasks that wait for it, and a function owns its closure, not its module.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import io
import logging
import operator
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import Context, ContextVar
from dataclasses import dataclass
from types import CodeType, FrameType, FunctionType, MappingProxyType, MethodType, ModuleType, TracebackType
from typing import Any, Generic, TypeVar

from asyncshim.plugin.loops.runners import OWNED

H = TypeVar("H")

# The search ends at these. The first belong to the process, the others to asyncio: they reference everything.
_CLOSED: frozenset[type] = frozenset(
    {
        ModuleType,
        type,
        CodeType,
        FrameType,
        TracebackType,
        Context,
        ContextVar,
        threading.Thread,
        logging.Filterer,  # loggers and handlers
        logging.Manager,
        asyncio.AbstractEventLoop,
    }
)
_CLOSED_PACKAGES = frozenset({"_pytest", "pytest", "pluggy", "asyncshim"})
_FUTURES: frozenset[type] = frozenset({asyncio.Future, asyncio.futures._PyFuture})  # type: ignore[attr-defined]
_SERVED: frozenset[type] = frozenset({asyncio.BaseTransport, asyncio.AbstractServer})
_FILES: frozenset[type] = frozenset({socket.socket, io.FileIO})
_MOST_WAITING = 100
_CLOCK_INTERVAL = 512  # objects between two looks at the clock


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """How long to search: objects for each holder, objects in all, seconds."""

    of_one: int = 20_000
    of_all: int = 100_000
    seconds: float = 1.0


def held(
    left: Sequence[object],
    levels: Iterable[Iterable[tuple[H, Iterable[object]]]],
    descriptors: Mapping[int, int] = MappingProxyType({}),
    limits: SearchLimits = SearchLimits(),
) -> dict[int, H]:
    """Return who holds each of *left*, by its ``id()``; objects without a holder are absent.

    *levels* are the holders, each with the objects where the search begins. What a holder of an earlier level holds,
    no later one does; within a level, the nearest one holds it. *descriptors* are those that the readers and writers
    among *left* watch, by the ``id()`` of the handle: who holds the socket or file, holds them too.
    """
    search = _Search[H](left, descriptors, limits)
    for level in levels:
        search.run(level)
        if search.is_over():
            break
    return search.found


class _Search(Generic[H]):
    """One breadth-first search; a holder that is ``None`` is not allowed."""

    def __init__(self, left: Sequence[object], descriptors: Mapping[int, int], limits: SearchLimits) -> None:
        self.found: dict[int, H] = {}
        self._missing = {id(what): what for what in left}
        self._seen: dict[int, object] = {id(left): left}  # objects, so that no other one gets the id meanwhile
        self._holders: dict[int, H] = {}
        self._watched = descriptors
        self._open: dict[int, H] = {}  # who holds an open descriptor
        self._limits = limits
        self._deadline = time.monotonic() + limits.seconds
        self._is_late = False

    def is_over(self) -> bool:
        return not self._missing or self._is_late or len(self._seen) >= self._limits.of_all

    def run(self, level: Iterable[tuple[H, Iterable[object]]]) -> None:
        queue: deque[tuple[object, H, list[int]]] = deque()
        for holder, roots in level:
            rest = [self._limits.of_one]  # shared by all that is reached from this holder
            for root in roots:
                self._reach(root, holder, rest, queue)
        while True:
            self._walk(queue)
            if self.is_over() or not self._reach_dependent(queue):
                return

    def _walk(self, queue: deque[tuple[object, H, list[int]]]) -> None:
        steps = 0
        while queue and not self.is_over():
            steps += 1
            if not steps % _CLOCK_INTERVAL and time.monotonic() > self._deadline:
                self._is_late = True
            found, holder, rest = queue.popleft()
            for part in parts(found):
                self._reach(part, holder, rest, queue)

    def _reach(self, found: object, holder: H, rest: list[int], queue: deque[tuple[object, H, list[int]]]) -> None:
        key = id(found)
        if key in self._seen or rest[0] <= 0 or not gc.is_tracked(found):
            return
        rest[0] -= 1
        self._seen[key] = found
        self._holders[key] = holder
        if self._missing.pop(key, None) is not None:
            self.found[key] = holder
        if self._watched and not _FILES.isdisjoint(type(found).__mro__):
            with contextlib.suppress(Exception):
                self._open.setdefault(_fileno(found), holder)
        queue.append((found, holder, rest))

    def _reach_dependent(self, queue: deque[tuple[object, H, list[int]]]) -> bool:
        """Reach what serves something that is held; return whether there is any."""
        before = len(self.found)
        for key, what in list(self._missing.items()):
            holders = (self._holders[id(user)] for user in users(what) if id(user) in self._holders)
            holder = next(holders, self._open.get(self._watched.get(key, -1)))
            if holder is not None:
                self._reach(what, holder, [self._limits.of_one], queue)
        return len(self.found) > before


def _fileno(found: Any) -> int:
    return int(found.fileno())


def parts(found: Any) -> Iterable[object]:
    """Return the objects that *found* owns."""
    return _reader(_kind_of(found))(found)


def _kind_of(found: object) -> type:
    return type(found)


@functools.cache
def _reader(kind: type) -> Callable[[Any], Iterable[object]]:
    bases = kind.__mro__
    if kind is FunctionType:
        return _of_function
    if hasattr(kind, OWNED):
        return operator.attrgetter(*getattr(kind, OWNED))
    if not _CLOSED.isdisjoint(bases) or any(_package_of(base) in _CLOSED_PACKAGES for base in bases):
        return _nothing
    if not _FUTURES.isdisjoint(bases):
        return _of_future
    return _of_dict if kind is dict else gc.get_referents


def _package_of(found: type | FunctionType) -> str:
    return str(found.__module__).partition(".")[0]


def _nothing(_: object) -> Iterable[object]:
    return ()


def _of_dict(found: dict[object, object]) -> Iterable[object]:
    is_of_module = "__spec__" in found or "__builtins__" in found
    return () if is_of_module else gc.get_referents(found)


def _of_function(function: FunctionType) -> Iterable[object]:
    """A closure, defaults and attributes."""
    return (*(function.__closure__ or ()), function.__defaults__, function.__kwdefaults__, function.__dict__)


def _of_future(future: Any) -> list[object]:
    """What a future, a ``gather()`` or a task owns: a result, children, a coroutine; not what waits for it."""
    callbacks: list[Any] = list(future._callbacks or ())
    awaiting = {id(task) for task in getattr(future, "_asyncio_awaited_by", None) or ()}  # since Python 3.14
    reverse = {id(part) for part in (*callbacks, *(callback for callback, *_ in callbacks))} | awaiting
    return [part for part in gc.get_referents(future) if id(part) not in reverse and not _begins_with(part, reverse)]


def _begins_with(part: Any, reverse: set[int]) -> bool:
    """Return whether *part* is the list or set in which a future keeps what it must not lead to."""
    return type(part) in {list, set} and bool(part) and id(next(iter(part))) in reverse


def users(what: Any) -> Iterable[object]:
    """Return the objects that *what* serves: if one of them is held, so is *what*.

    A task serves the tasks that wait for it, and a timer those that wait for its future; what a transport lets the
    loop watch serves the transport. (The arguments of a listening socket's handle include its server.)
    """
    bases = type(what).__mro__
    if not _FUTURES.isdisjoint(bases):
        yield from _waiting_for(what)
    elif asyncio.Handle in bases:
        for part in (*_owners(what._callback), *(what._args or ())):
            bases = type(part).__mro__
            if not _FUTURES.isdisjoint(bases):
                yield from _waiting_for(part)
            elif not _SERVED.isdisjoint(bases):
                yield part


def _waiting_for(future: object) -> list[object]:
    """Return *future* and what waits for it: tasks, and other futures such as that of ``gather()``."""
    found: list[object] = [future]
    for waiting in found:  # which grows meanwhile
        if len(found) > _MOST_WAITING:
            break
        for callback, *_ in getattr(waiting, "_callbacks", None) or ():
            new = (part for part in _owners(callback) if not _FUTURES.isdisjoint(type(part).__mro__))
            found += (part for part in new if all(part is not known for known in found))
    return found


def _owners(callback: Any) -> Iterable[object]:
    """Return the object whose method *callback* is; of asyncio's own functions and partial ones, what they have."""
    if type(callback) is MethodType:
        return (callback.__self__,)
    if type(callback) is functools.partial:
        return callback.args
    if type(callback) is FunctionType:
        cells = callback.__closure__ if _package_of(callback) == "asyncio" else None
        return [part for cell in cells or () for part in gc.get_referents(cell)]
    return gc.get_referents(callback)
