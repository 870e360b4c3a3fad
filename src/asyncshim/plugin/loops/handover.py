"""Move leaked objects that a fixture holds to the loop scope of that fixture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from asyncshim.plugin.loops import internals
from asyncshim.plugin.loops.async_generators import Opened, opened_on
from asyncshim.plugin.loops.leftovers import closable_behind, collect
from asyncshim.plugin.loops.lifetimes import ends_with, held_place, move_task, place_with_holder, tasks_of
from asyncshim.plugin.loops.ownership import Ownership
from asyncshim.plugin.loops.runners import Claim, Holder, LoopScope

# Not signal handlers, attributes and stop requests: they are the loop's, whoever set them.
_KINDS = {"timer", "callback", "reader", "writer", "server", "transport"}


def hand_over_tasks(left: Iterable[asyncio.Task[Any]], claim: Claim) -> None:
    """Move those of the tasks *left* that have a holder."""
    tasks = list(left)
    holders = claim(tasks, {})
    for task in tasks:
        if id(task) in holders:
            _move_task(task, holders[id(task)])


class HandOver:
    """Hands over what one scope leaves on one loop. Whatever has no holder is not looked at again."""

    def __init__(self, loop: asyncio.AbstractEventLoop, scope: LoopScope, ownership: Ownership, claim: Claim | None):
        self._loop = loop
        self._scope = scope
        self._ownership = ownership
        self._claim = claim
        self._without_holder: dict[int, object] = {}

    def run(self) -> None:
        """Move what has a holder."""
        if self._claim is None:
            return
        left: dict[int, tuple[Any, Callable[[Any, Holder], None]]] = {}
        for task in tasks_of(self._loop, self._scope):
            left[id(task)] = (task, _move_task)
        for generator, origin in opened_on(self._loop).items():
            if ends_with(origin.place[0], self._scope):
                left[id(generator)] = (generator, self._move_generator)
        for leftover in collect(self._loop, self._scope, self._ownership):
            if leftover.kind in _KINDS:
                left[id(leftover.what)] = (leftover.what, self._move)
        self._hand_over(left)
        self._keep_executor()

    def _hand_over(self, left: dict[int, tuple[Any, Callable[[Any, Holder], None]]]) -> None:
        new = [what for what, _ in left.values() if id(what) not in self._without_holder]
        if not new or self._claim is None:
            return
        holders = self._claim(new, self._descriptors())
        for what in new:
            holder = holders.get(id(what))
            if holder is None:
                self._without_holder[id(what)] = what
            else:
                left[id(what)][1](what, holder)

    def _keep_executor(self) -> None:
        """Let the default executor live as long as the fixture that holds a task which waits for one of its threads."""
        executor = internals.default_executor(self._loop)
        if executor is None or not self._ownership.is_in(self._scope, executor):
            return
        for task in asyncio.all_tasks(self._loop):
            place = place_with_holder(task)
            if place is not None and _waits_for_thread(task):
                self._ownership.put(executor, place)

    def _descriptors(self) -> dict[int, int]:
        """Return the descriptor that each reader and writer watches."""
        found: dict[int, int] = {}
        for watched in internals.watched(self._loop):
            for handle in (watched.reader, watched.writer):
                if handle is not None:
                    found[id(handle)] = watched.descriptor
        return found

    def _move_generator(self, generator: Any, holder: Holder) -> None:
        opened = opened_on(self._loop)
        former = opened[generator]
        opened[generator] = Opened(held_place(holder.scope, holder.name, former.place), former.line)

    def _move(self, thing: Any, holder: Holder) -> None:
        """Move *thing*; what a server or transport starts when data arrives belongs to the same fixture."""
        for watched in internals.watched(self._loop):
            for handle in (watched.reader, watched.writer):
                if handle is not None and closable_behind(handle) is thing:
                    self._ownership.move(handle, holder.scope, holder.name)
        self._ownership.move(thing, holder.scope, holder.name)


def _waits_for_thread(task: Any) -> bool:
    """Return whether *task* waits for a ``concurrent.futures.Future``, as that of ``to_thread()``."""
    callbacks: list[Any] = getattr(getattr(task, "_fut_waiter", None), "_callbacks", None) or []
    return any(getattr(callback, "__qualname__", "").startswith("_chain_future.") for callback, *_ in callbacks)


def _move_task(task: asyncio.Task[Any], holder: Holder) -> None:
    move_task(task, holder.scope, holder.name)
