"""Save and restore the settings of a loop that user code may change."""

from __future__ import annotations

import asyncio
import operator
from collections import deque
from collections.abc import Callable
from typing import Any

# Attributes of asyncio's own loops that have no public reader; other loops (uvloop) simply do not have them.
_SHUT_DOWN = ("_executor_shutdown_called", "_asyncgens_shutdown_called")
Values = tuple[Any, ...]
# The same and all else that is looked at, in one step, for the loops whose attributes these are.
_AT_ONCE = operator.attrgetter(
    "_debug",
    "slow_callback_duration",
    "_task_factory",
    "_exception_handler",
    "_default_executor",
    *_SHUT_DOWN,
    "_closed",
    "_scheduled",
    "_ready",
    "_selector._fd_to_key",
    "_asyncshim_generators.data",
)
_OWN_CLASSES = {asyncio.SelectorEventLoop, getattr(asyncio, "ProactorEventLoop", asyncio.SelectorEventLoop)}


def is_asyncios_own(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether the loop is of a class that asyncio uses by default, whose attributes are known."""
    return type(loop) in _OWN_CLASSES


class LoopState:
    """The settings that a loop must have."""

    __slots__ = ("_own_descriptors", "_untouched", "_values")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        selector = getattr(loop, "_selector", None) if is_asyncios_own(loop) else None
        watched: dict[int, Any] = getattr(selector, "_fd_to_key", {})
        self._own_descriptors = watched.copy() if len(watched) == 1 else None  # the self-pipe of a fresh loop
        self._note(loop, _read(loop))

    def _note(self, loop: asyncio.AbstractEventLoop, values: Values) -> None:
        self._values = values
        nothing: deque[Any] = deque()
        known: Values = (*values, *(False for _ in _SHUT_DOWN), False, [], nothing, self._own_descriptors, {})
        self._untouched: Values | None = known if is_asyncios_own(loop) else None

    def accept(self, loop: asyncio.AbstractEventLoop) -> Callable[[], None] | None:
        """Keep the present settings from now on; return what restores the former ones, ``None`` if none differ."""
        present = _read(loop)
        former = self._values
        if present == former:
            return None
        self._note(loop, present)

        def undo() -> None:
            self._note(loop, former)
            if not loop.is_closed():
                self.restore(loop)

        return undo

    def is_untouched(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Return whether certainly nothing was set, scheduled, watched or opened."""
        try:
            return self._untouched is not None and _AT_ONCE(loop) == self._untouched
        except (AttributeError, TypeError):  # not a loop of our own, a selector that only looks like one
            return False

    def restore(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Restore the saved settings; return false when something cannot be restored."""
        present = _read(loop)
        if present != self._values:
            _write(loop, self._values, present)
        _forget_stops(loop)
        for name in _SHUT_DOWN:
            if getattr(loop, name, False):
                try:
                    setattr(loop, name, False)
                except AttributeError:
                    return False
        executor: Any = getattr(loop, "_default_executor", None)
        if getattr(executor, "_shutdown", False):
            loop._default_executor = None  # type: ignore[attr-defined]  # the loop makes itself another
        return True


def _forget_stops(loop: Any) -> None:
    """Cancel each ``stop()`` that a test scheduled: it would stop another test."""
    for handle in getattr(loop, "_scheduled", ()):
        if getattr(handle, "_callback", None) == loop.stop:
            handle.cancel()


def _read(loop: asyncio.AbstractEventLoop) -> Values:
    executor = getattr(loop, "_default_executor", None)
    if executor is not None and getattr(executor, "_thread_name_prefix", None) == "asyncio":
        executor = None  # the one that the loop makes for itself at the first use
    return (
        loop.get_debug(),
        getattr(loop, "slow_callback_duration", None),
        loop.get_task_factory(),
        loop.get_exception_handler(),
        executor,
    )


def _write(loop: Any, values: Values, present: Values) -> None:
    debug, slow, task_factory, exception_handler, executor = values
    loop.set_debug(debug)
    if slow is not None:
        loop.slow_callback_duration = slow
    loop.set_task_factory(task_factory)
    loop.set_exception_handler(exception_handler)
    if executor is not present[4]:
        loop._default_executor = executor
