"""The locks, events, conditions, semaphores, barriers and queues of asyncio that tasks wait for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from types import FrameType
from typing import Any, NamedTuple

from asyncshim.plugin.loops.tracebacks import is_machinery

_PRIMITIVES = (asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore, asyncio.Barrier, asyncio.Queue)
_OPERATIONS = {"__aenter__": "acquire"}


def is_primitive(thing: object) -> bool:
    """Return whether tasks may wait for *thing*."""
    return isinstance(thing, _PRIMITIVES)


class Wait(NamedTuple):
    """A primitive that a task waits for, and the method in which it waits."""

    primitive: Any
    operation: str


def wait_in(frames: Sequence[FrameType]) -> Wait | None:
    """Return what a task waits for whose frames are *frames*; the outermost, as a queue has an event inside."""
    for frame in frames:
        code = frame.f_code
        if code.co_varnames[:1] == ("self",) and is_machinery(code):
            primitive = frame.f_locals.get("self")
            if is_primitive(primitive):
                return Wait(primitive, _OPERATIONS.get(code.co_name, code.co_name))
    return None


def state_of(primitive: Any) -> str:
    """Return the state of a primitive in a few words. Its ``repr`` is not used: that of a queue shows all items."""
    with contextlib.suppress(Exception):  # a subclass may do anything
        return _state(primitive)
    return "in an unknown state"


def _state(primitive: Any) -> str:
    if isinstance(primitive, asyncio.Event):
        return "set" if primitive.is_set() else "not set"
    if isinstance(primitive, (asyncio.Lock, asyncio.Condition)):
        return "locked" if primitive.locked() else "not locked"
    if isinstance(primitive, asyncio.Barrier):
        return f"{primitive.n_waiting} of {primitive.parties} have come"
    if isinstance(primitive, asyncio.Semaphore):
        return f"value {primitive._value}"
    size = primitive.qsize()
    content = "empty" if not size else f"{size} {'item' if size == 1 else 'items'}"
    limit = f", maxsize {primitive.maxsize}" if primitive.maxsize > 0 else ""
    return f"{content}{limit}, {primitive._unfinished_tasks} unfinished"
