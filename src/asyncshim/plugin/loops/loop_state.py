"""Save and restore the settings of a loop, and the attributes of the loop object, that user code may change."""

from __future__ import annotations

import asyncio
import gc
import inspect
from collections import deque
from collections.abc import Callable
from typing import Any

from asyncshim.plugin.loops import internals

# Attributes of asyncio's own loops that have no public reader; other loops (uvloop) simply do not have them.
_SHUT_DOWN = ("_executor_shutdown_called", "_asyncgens_shutdown_called")
_ABSENT = object()
Values = tuple[Any, ...]
Attributes = dict[str, Any]
Changes = tuple[Values, Attributes]
# Of asyncio's own loops while they have nothing to do.
_EMPTY: tuple[Any, Any, Any] = (deque[Any](), [], {})
_IDLE: Attributes = {
    "_ready": deque(),
    "_scheduled": [],
    "_signal_handlers": {},
    "_stopping": False,
    "_closed": False,
    "_timer_cancelled_count": 0,
    **dict.fromkeys(_SHUT_DOWN, False),
}
# The rest of what asyncio and asyncshim put there when a loop is made, besides what the constructors mention.
_NAMES = {"_debug", "_asyncshim_ownership", "add_signal_handler", "remove_signal_handler"}
_OWN_CLASSES = {asyncio.SelectorEventLoop, getattr(asyncio, "ProactorEventLoop", asyncio.SelectorEventLoop)}
# Attributes by which asyncio keeps the state and the settings of a loop; all but these are put there by others.
_STATE = {
    "_old_agen_hooks",
    "_debug",
    "slow_callback_duration",
    "_task_factory",
    "_exception_handler",
    "_default_executor",
    "_clock_resolution",
}


def is_asyncios_own(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether the loop is of a class that asyncio uses by default, whose attributes are known."""
    return type(loop) in _OWN_CLASSES


class LoopState:
    """The settings and attributes that a loop must have."""

    __slots__ = (
        "_attributes",
        "_own_descriptors",
        "_tables",
        "_untouched",
        "_untouched_referents",
        "_untouched_tables",
        "_values",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        selector = getattr(loop, "_selector", None) if is_asyncios_own(loop) else None
        watched: dict[int, Any] = getattr(selector, "_fd_to_key", {})
        self._own_descriptors = watched.copy() if len(watched) == 1 else None  # the self-pipe of a fresh loop
        self._untouched_referents: list[object] | None = None
        self._attributes: Attributes = dict.fromkeys(_names_of(loop))
        self._note(loop, _read(loop))

    def _note(self, loop: asyncio.AbstractEventLoop, values: Values, attributes: Attributes | None = None) -> None:
        self._values = values
        self._attributes = self._present(loop) if attributes is None else attributes
        self._untouched: Attributes | None = None
        self._untouched_referents = None
        self._tables: Values = ()
        self._untouched_tables: Values = ()
        if is_asyncios_own(loop):
            self._untouched = {**self._attributes, **_IDLE, "_default_executor": values[-1]}
            self._untouched_referents = self._idle_referents(loop)
            tables = (("_selector", "_fd_to_key"), ("_transports", "data"), ("_asyncgens", "entries"))
            self._tables = tuple(getattr(getattr(loop, owner, None), name, None) for owner, name in tables)
            self._untouched_tables = (self._own_descriptors, {}, {})

    def _idle_referents(self, loop: asyncio.AbstractEventLoop) -> list[object] | None:
        """Return what an untouched loop refers to; ``None`` if the loop is not idle, or refers to a dictionary."""
        referents, attributes = gc.get_referents(loop), self._attributes
        if len(referents) != len(attributes) + 1 or attributes != self._untouched:
            return None
        emptied = {id(attributes[name]): value for name, value in _IDLE.items() if value in _EMPTY}
        return [emptied.get(id(value), value) for value in referents]

    def _present(self, loop: asyncio.AbstractEventLoop) -> Attributes:
        """Return the attributes of the loop object.

        Once ``__dict__`` is read, each use of an attribute is slower: it is read only if unknown names are among them.
        """
        found = {name: getattr(loop, name) for name in self._attributes if hasattr(loop, name)}
        if found and len(gc.get_referents(loop)) == len(found) + 1:  # it refers to its class, too
            return found
        self._untouched_referents = None
        return dict(getattr(loop, "__dict__", {}))

    def changes(self, loop: asyncio.AbstractEventLoop) -> Changes | None:
        """Return the current settings and attributes if they are not those that the loop must have."""
        present = _read(loop)
        return (present, self._present(loop)) if present != self._values or self._changed(loop) else None

    def accept(self, loop: asyncio.AbstractEventLoop, before: Changes | None = None) -> Callable[[], None] | None:
        """Keep the current settings from now on; return what restores the previous ones, ``None`` if none differ.

        Changes that *before* has, too, were made by other code and are not kept.
        """
        found = self.changes(loop)
        former, attributes = self._values, self._attributes
        if found is None:
            return None
        values, there = found
        if before is None:
            self._note(loop, values)
        else:
            others, had = before
            if values == others and there == had:
                return None
            values = tuple(old if now == was else now for old, was, now in zip(former, others, values, strict=True))
            mine = {name for name, value in there.items() if value is not had.get(name, _ABSENT)}
            kept = {name: value for name, value in attributes.items() if name in there or name not in had}
            self._note(loop, values, kept | {name: there[name] for name in mine})

        def undo() -> None:
            self._note(loop, former)
            self._attributes = attributes
            if not loop.is_closed():
                self.take_back(loop)
                self._note(loop, former)
                self.restore(loop)
                self.restore_executor(loop)

        return undo

    def is_untouched(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Return whether certainly nothing was set, scheduled, watched or opened."""
        if self._tables != self._untouched_tables:
            return False
        if self._untouched_referents is not None:
            return gc.get_referents(loop) == self._untouched_referents
        return self._untouched is not None and loop.__dict__ == self._untouched

    def take_back(self, loop: Any) -> list[tuple[str, Any]]:
        """Remove and restore attributes that user code has set on the loop object; return their names and values.

        Of a loop of another class, whose own state changes while it runs, only those that replace methods.
        """
        changed = self._changed(loop)
        for name, _ in changed:
            former = self._attributes.get(name, _ABSENT)
            if former is _ABSENT:
                delattr(loop, name)
            else:
                setattr(loop, name, former)
        return changed

    def _changed(self, loop: Any) -> list[tuple[str, Any]]:
        former, present = self._attributes, self._present(loop)
        if present.keys() == former.keys() and all(value is former[name] for name, value in present.items()):
            return []
        is_own = is_asyncios_own(loop) or loop.__class__.__module__ == "uvloop"
        changed: list[tuple[str, Any]] = []
        for name, value in present.items():
            if name in _STATE or value is former.get(name, _ABSENT):
                continue
            if name in former:
                is_changed = callable(former[name]) or (is_own and (not name.startswith("_") or name == "_selector"))
            else:
                is_changed = is_own or callable(getattr(loop.__class__, name, None))
            if is_changed:
                changed.append((name, value))
        return changed

    def restore(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Restore the saved settings; return false when something cannot be restored."""
        present = _read(loop)
        if present[:-1] != self._values[:-1]:
            _write(loop, self._values)
        _forget_stops(loop)
        tables = internals.tables_of(loop)
        if tables is not None:
            tables.is_shut_down = False
        for name in _SHUT_DOWN:
            if getattr(loop, name, False):
                try:
                    setattr(loop, name, False)
                except AttributeError:
                    return False
        return True

    def restore_executor(self, loop: Any) -> None:
        """Restore the saved default executor; one that was shut down is replaced at its next use."""
        executor = self._values[-1]
        if executor is not _read(loop)[-1]:
            internals.replace_default_executor(loop, executor)
        if getattr(internals.default_executor(loop), "_shutdown", False):
            internals.replace_default_executor(loop, None)


def _names_of(loop: asyncio.AbstractEventLoop) -> set[str]:
    """Return the names of attributes that a loop of asyncio's may have before anything uses it."""
    kind = type(loop)
    constructors = [vars(base).get(name) for base in kind.__mro__ for name in ("__init__", "_make_self_pipe")]
    used = {name for made in constructors if inspect.isfunction(made) for name in made.__code__.co_names}
    return {name for name in used if not hasattr(kind, name)} | _NAMES


def _forget_stops(loop: Any) -> None:
    """Cancel each ``stop()`` that a test scheduled: it would stop another test."""
    for handle in getattr(loop, "_scheduled", ()):
        if getattr(handle, "_callback", None) == loop.stop:
            handle.cancel()


def _read(loop: asyncio.AbstractEventLoop) -> Values:
    executor = internals.default_executor(loop)
    if executor is not None and getattr(executor, "_thread_name_prefix", None) == "asyncio":
        executor = None  # the one that the loop makes for itself at the first use
    return (
        loop.get_debug(),
        getattr(loop, "slow_callback_duration", None),
        loop.get_task_factory(),
        loop.get_exception_handler(),
        executor,
    )


def _write(loop: Any, values: Values) -> None:
    debug, slow, task_factory, exception_handler, _ = values
    loop.set_debug(debug)
    if slow is not None:
        loop.slow_callback_duration = slow
    loop.set_task_factory(task_factory)
    loop.set_exception_handler(exception_handler)
