"""The protocol of a Runner, which runs coroutines on one loop. Implemented in ``own.py`` and ``lent.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from asyncshim.errors import AsyncshimError
from asyncshim.plugin.loops.time_limit import TimeLimit

T = TypeVar("T")
LoopFactory = Callable[[], asyncio.AbstractEventLoop]
STOPPED = "Event loop stopped before Future completed."  # asyncio's words


class LoopIsRunningError(AsyncshimError, RuntimeError):
    """Synchronous code asked a loop to run a coroutine while the loop is running that code."""


def refusal(coroutine: Coroutine[object, object, Any]) -> LoopIsRunningError:
    """Close *coroutine*, which cannot be run; return the error that says why."""
    coroutine.close()
    return LoopIsRunningError("a coroutine cannot be driven from code that the running event loop is executing")


class LoopScope:
    """A function, class, module, package or session while it lasts; two are the same only if they are one object."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class HeldScope(LoopScope):
    """The scope of what fixtures of a node hold: it ends when the last of them is torn down."""

    __slots__ = ()


class Holder(NamedTuple):
    """A fixture that holds what a narrower scope left behind."""

    scope: HeldScope
    name: str


OWNED = "_asyncshim_owned"  # on a class of asyncshim: its attributes that belong to a fixture, at least two
# Takes what is left, and the descriptors that handles among it watch, by id(); returns the holders, by id().
Claim = Callable[[Sequence[object], Mapping[int, int]], Mapping[int, Holder]]


@dataclass(frozen=True, slots=True)
class Leak:
    """An object that outlived its loop scope. ``stubborn``: it could not be ended in time and was abandoned."""

    kind: str  # that of a ``leftovers.Leftover``
    name: str
    created: str
    starter: str
    fate: str
    stubborn: bool = False
    code: str = ""  # identifies it in a baseline: the name of its function; empty if it has none

    def __str__(self) -> str:
        return f"{self.kind} {self.name}, created at {self.created} by {self.starter}, {self.fate}"


class Driver(Protocol):
    """Runs coroutines on one loop."""

    @property
    def hosts(self) -> int:
        """How many async generator fixtures wait at their ``yield``."""
        ...

    @hosts.setter
    def hosts(self, number: int, /) -> None: ...

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop."""
        ...

    def run(self, coroutine: Coroutine[object, object, T], limit: TimeLimit | None = None) -> T:
        """Run *coroutine* to its end; return its result or raise its exception."""
        ...

    def start(self, coroutine: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Return a task for *coroutine*. Raises :class:`LoopIsRunningError`."""
        ...

    def drive(self, task: asyncio.Task[Any], *, to_its_end: bool, limit: TimeLimit | None = None) -> None:
        """Let the loop run until *task* is done or, if not *to_its_end*, calls :meth:`pause`."""

    def pause(self) -> None:
        """Let :meth:`drive` return; called by the task."""

    def call(self, function: Callable[[], T]) -> T:
        """Call *function* where it may touch tasks and futures of the loop; return its result."""
        ...

    def hide(self, task: asyncio.Task[Any]) -> None:
        """Take *task*, which waits at its ``yield``, out of what counts as running."""

    def show(self, task: asyncio.Task[Any]) -> None:
        """Put *task*, which is about to continue, back."""


class Runner(Driver, Protocol):
    """One loop and what runs on it."""

    adopted: bool  # whether another owner closes the loop
    used: bool  # whether the current test has run something on the loop
    policy: object | None
    former_policy: object | None

    def attach(self) -> None:
        """Make the loop the one that ``asyncio.get_event_loop()`` returns."""

    def changes(self) -> object:
        """Return the loop's current settings if they are changed, for :meth:`accept_changes`; else ``None``."""
        ...

    def accept_changes(self, before: Any = None) -> Callable[[], None] | None:
        """Keep the loop's current settings; return what restores the previous ones, if they differ.

        *before* are changes that are not kept.
        """
        ...

    def is_clean(self) -> bool:
        """Return whether there is certainly nothing to undo, end or close on the loop."""
        ...

    def put_back(self) -> bool:
        """Restore the loop's settings; return false if the loop is closed."""
        ...

    def adopt_unscoped(self) -> None:
        """Let tasks without a scope belong to the current one."""

    def end_scope(self, scope: LoopScope, timeout: float, claim: Claim | None = None) -> list[Leak]:
        """End what *scope* started, within *timeout* seconds; return what it left.

        What *claim* gives to a holder lives on.
        """
        ...

    def close(self, timeout: float) -> list[Leak]:
        """End what runs on the loop, and close the loop unless it has another owner; return leaked tasks."""
        ...
