"""Loops that another greenlet keeps running, as sync Playwright does: the code in between counts as outside of them.

asyncio notes the running loop for each thread. While such a greenlet is suspended, its loop still counts as running, so
no other loop may run. Here the running loop is noted for each greenlet: each switch restores that of the greenlet which
goes on.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

_swap_task: Callable[[Any, Any], Any] | None = getattr(asyncio.tasks, "_swap_current_task", None)  # Python 3.12
_set_running_loop = asyncio._set_running_loop


class _Running(NamedTuple):
    """The state that asyncio and Python keep for a thread while a loop runs."""

    loop: Any
    task: Any
    hooks: Any  # of async generators


def set_aside() -> bool:
    """Return whether no loop is running here; one that runs in a suspended greenlet does not count from now on."""
    loop = asyncio._get_running_loop()
    if loop is None:
        return True
    module = sys.modules.get("greenlet")
    if module is None:
        return False
    owner = next((found for found in _suspended(module) if _runs(found, loop)), None)
    if owner is None:
        return False
    Switches.of(module).exclude(owner)
    return True


def put_back() -> None:
    """At the end of the session: let a loop that is still running in a suspended greenlet count as running again."""
    if Switches.present is not None:
        Switches.present.end()


def _suspended(module: Any) -> Iterator[Any]:
    """Yield every greenlet of this thread that has begun, waits and has not ended, and that none here has to return to.

    Slow: searches all objects.
    """
    callers = list(_callers(module))
    for found in gc.get_objects():
        if issubclass(type(found), module.greenlet) and found.gr_frame is not None and found not in callers:
            yield found


def _callers(module: Any) -> Iterator[Any]:
    """Yield the current greenlet and those that it returns to: a loop that runs there runs here."""
    caller = module.getcurrent()
    while caller is not None:
        yield caller
        caller = caller.parent


def _runs(greenlet: Any, loop: object) -> bool:
    """Return whether *greenlet* is suspended in code that *loop* calls."""
    frame: FrameType | None = greenlet.gr_frame
    outermost = frame
    while frame is not None:
        if frame.f_code.co_name == "run_forever" and frame.f_locals.get("self") is loop:
            return True
        outermost, frame = frame, frame.f_back
    if outermost is None or isinstance(loop, asyncio.BaseEventLoop):
        return False
    # A loop written in C has no frame; whoever runs it holds it.
    held = outermost.f_locals.values()
    return any(value is loop or any(own is loop for own in _attributes(value)) for value in held)


def _attributes(value: object) -> Iterator[object]:
    attributes: dict[str, object] | None = getattr(value, "__dict__", None)
    return iter(()) if attributes is None else iter(attributes.values())


class Switches:
    """Keeps what runs in each suspended greenlet; active from the first loop that is set aside."""

    present: Switches | None = None

    def __init__(self, module: Any) -> None:
        self._module = module
        self._suspended: WeakKeyDictionary[Any, _Running] = WeakKeyDictionary()
        self._former_trace: Any = module.settrace(self._switched)
        self._former_setter = asyncio._set_running_loop
        asyncio._set_running_loop = self._set_running_loop  # which sync Playwright calls after each of its calls

    @classmethod
    def of(cls, module: Any) -> Switches:
        """Return the current object; the first call makes it."""
        if cls.present is None:
            cls.present = cls(module)
        return cls.present

    def exclude(self, owner: Any) -> None:
        """Let the loop that counts as running here belong to the greenlet *owner* alone."""
        self._suspended[owner] = _leave()

    def end(self) -> None:
        """Note the running loop for the thread again."""
        type(self).present = None
        self._module.settrace(self._former_trace)
        if asyncio._set_running_loop == self._set_running_loop:
            asyncio._set_running_loop = self._former_setter
        waiting = [running for running in self._suspended.values() if running.loop and running.loop.is_running()]
        if waiting and asyncio._get_running_loop() is None:
            _enter(waiting[-1])

    def _switched(self, event: str, greenlets: tuple[Any, Any]) -> None:
        origin, target = greenlets
        self._suspended[origin] = present = _leave()
        _enter(self._suspended.pop(target, present))  # a new greenlet belongs to what starts it
        if self._former_trace is not None:
            self._former_trace(event, greenlets)

    def _set_running_loop(self, loop: Any) -> None:
        """Replaces asyncio's function: a loop that runs in a suspended greenlet does not run here."""
        if loop is None or not any(running.loop is loop for running in self._suspended.values()):
            self._former_setter(loop)


def _leave() -> _Running:
    """Note that nothing is running; return what was."""
    loop = asyncio._get_running_loop()
    task = None if loop is None or _swap_task is None else asyncio.current_task(loop)
    if task is not None and _swap_task is not None:
        _swap_task(loop, None)  # without a current task, Python 3.12 raises KeyError
    left = _Running(loop, task, sys.get_asyncgen_hooks())
    _set_running_loop(None)
    sys.set_asyncgen_hooks(None, None)
    return left


def _enter(running: _Running) -> None:
    """Note that *running* continues."""
    _set_running_loop(running.loop)
    sys.set_asyncgen_hooks(*running.hooks)
    if running.task is not None and _swap_task is not None:
        _swap_task(running.loop, running.task)
