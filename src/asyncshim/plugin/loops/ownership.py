"""Which loop scope started a timer, a reader, a server, a transport … on a loop, and at which line of user code."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from contextvars import Context
from typing import Any, Generic, TypeVar

from asyncshim.plugin.loops import internals
from asyncshim.plugin.loops.lifetimes import FUNCTION, Place, held_place, move_context, place_in, present_place
from asyncshim.plugin.loops.runners import LoopScope
from asyncshim.plugin.loops.tracebacks import line_of_user

V = TypeVar("V")
OUTSIDE = LoopScope("outside")  # of what was on the loop before asyncshim drove it


class WeakIdentities(Generic[V]):
    """Values for objects that are compared by identity and not kept alive."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: dict[int, tuple[Callable[[], object], V]] = {}

    def set(self, thing: object, value: V) -> None:
        """Remember *value* for *thing* as long as *thing* exists."""
        key, entries = id(thing), self._entries
        try:
            entries[key] = (weakref.ref(thing, lambda _: entries.pop(key, None)), value)
        except TypeError:  # it cannot be referred to weakly: a process of uvloop
            entries[key] = (lambda: thing, value)

    def get(self, thing: object) -> V | None:
        """Return the value for *thing*, or ``None``."""
        entry = self._entries.get(id(thing))
        return entry[1] if entry is not None and entry[0]() is thing else None


class _NotedTransports(weakref.WeakValueDictionary[int, Any]):
    """The table in which a selector loop enters each transport that it makes."""

    ownership: Ownership

    def __setitem__(self, key: int, value: Any) -> None:
        super().__setitem__(key, value)
        self.ownership.note(value)


class Ownership:
    """Notes and finds the loop scope of each thing on one loop, and the line that made it."""

    __slots__ = ("_created", "_places", "is_claimed", "with_creator")

    def __init__(self, loop: Any, *, with_creator: bool) -> None:
        self.is_claimed = False  # a session uses the loop for its tests, and closes it
        self.with_creator = with_creator  # note the lines, too
        self._places: WeakIdentities[Place] = WeakIdentities()
        self._created: WeakIdentities[str] = WeakIdentities()
        for thing in everything(loop):
            self._places.set(thing, (OUTSIDE, "the maker of the loop"))
        former: weakref.WeakValueDictionary[int, Any] | None = getattr(loop, "_transports", None)
        if type(former) is weakref.WeakValueDictionary:
            noted = loop._transports = _NotedTransports(former)
            noted.ownership = self

    def note(self, thing: object) -> None:
        """*thing* belongs to the current scope; it is made at this line."""
        place = present_place()
        if place is not None:
            self._places.set(thing, place)
        self.note_line(thing)

    def note_line(self, thing: object) -> None:
        """Note the line of user code that makes *thing*, if that will be reported."""
        if self.with_creator:
            line = line_of_user(sys._getframe(1))  # pyright: ignore[reportPrivateUsage]
            if line is not None:
                self._created.set(thing, line)

    def copy(self, source: object, thing: object) -> None:
        """Note for *thing* what is known of *source* only."""
        place, line = self.place_of(source), self.line_of(source)
        if place is not None and self.place_of(thing) is None:
            self._places.set(thing, place)
        if line is not None and self.line_of(thing) is None:
            self._created.set(thing, line)

    def put(self, thing: object, place: Place) -> None:
        """Let *thing* belong to *place*."""
        self._places.set(thing, place)

    def move(self, thing: Any, scope: LoopScope, holder: str) -> None:
        """Move *thing* to another scope, together with what it will start if it is a handle."""
        place = held_place(scope, holder, self.place_of(thing))
        self.put(thing, place)
        context = getattr(thing, "_context", None)
        if isinstance(context, Context):
            move_context(context, place)

    def adopt(self, loop: Any) -> None:
        """Let what has no scope yet belong to the current one."""
        place = present_place()
        if place is None or place[0] is FUNCTION:
            return  # things without a scope end with the function
        for thing in everything(loop):
            if self.place_of(thing) is None:
                self._places.set(thing, place)

    def place_of(self, thing: Any) -> Place | None:
        """Return the scope of *thing*: the noted one, or that in whose context the handle was made."""
        found = self._places.get(thing)
        if found is not None:
            return found
        context = getattr(thing, "_context", None)
        return place_in(context) if isinstance(context, Context) else None

    def is_in(self, scope: LoopScope, thing: object) -> bool:
        """Return whether *thing* ends with *scope*."""
        place = self.place_of(thing)
        return (FUNCTION if place is None else place[0]) is scope

    def line_of(self, thing: object) -> str | None:
        """Return the line that made *thing*, if it was noted."""
        return self._created.get(thing)


def everything(loop: Any) -> list[object]:
    """Return all timers, callbacks, watched descriptors, transports, signal handlers and the executor of *loop*."""
    found: list[object] = [*internals.timers(loop), *internals.callbacks(loop)]
    found += [thing for _, thing in internals.closable(loop)]
    for watched in internals.watched(loop):
        found += [handle for handle in (watched.reader, watched.writer) if handle is not None]
    found += internals.signal_handlers(loop).values()
    executor = internals.default_executor(loop)
    return found if executor is None else [*found, executor]
