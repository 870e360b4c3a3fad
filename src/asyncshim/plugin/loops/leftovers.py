"""List what a loop scope leaked on its loop, other than tasks and async generators."""

from __future__ import annotations

import asyncio
import functools
import signal
from dataclasses import dataclass
from typing import Any, cast

from asyncshim.plugin.loops import internals
from asyncshim.plugin.loops.lifetimes import EVERYTHING, SESSION, ends_with, present_place
from asyncshim.plugin.loops.ownership import OUTSIDE, Ownership
from asyncshim.plugin.loops.runners import LoopScope
from asyncshim.plugin.loops.tracebacks import is_machinery

UNKNOWN = "an unknown place"
UNKNOWN_TEST = "an unknown test"


@dataclass(frozen=True, slots=True, eq=False)
class Leftover:
    """One thing that a scope started and that is still there at its end."""

    kind: str  # task, async generator, timer, callback, reader, writer, server, transport, signal handler, executor
    what: Any  # the object: the task, the handle of a timer, callback, reader, writer or signal handler, the server …
    name: str
    place: str  # of its creation: FILE:LINE, or UNKNOWN
    starter: str = UNKNOWN_TEST


def collect(loop: asyncio.AbstractEventLoop, scope: LoopScope, ownership: Ownership) -> list[Leftover]:
    """Return what *scope* left on *loop*, in the order in which it is ended; with the session, all."""
    return _Collection(loop, scope, ownership).found


def of_loop(kind: str, what: Any, name: str, ownership: Ownership | None = None) -> Leftover:
    """Return the record of a change of the loop object itself, made by the current test."""
    place = present_place()
    starter = None if place is None else place[1]
    line = None if ownership is None else ownership.line_of(what)
    return Leftover(kind, what, name, line or getattr(starter, "line", None) or UNKNOWN, str(starter or UNKNOWN_TEST))


class _Collection:
    """Collects the leftovers of one scope."""

    def __init__(self, loop: Any, scope: LoopScope, ownership: Ownership) -> None:
        self._loop = loop
        self._scope = scope
        self._ownership = ownership
        self._closable: dict[int, tuple[str, Any]] = {}  # servers and transports, by id
        self.found: list[Leftover] = []
        for timer in internals.timers(loop):
            self._add("timer", timer, name_of(timer))
        self._add_callbacks()
        self._add_watched()
        for kind, thing in self._closable.values():
            self._add(kind, thing, _address_of(thing))
        for number, handle in internals.signal_handlers(loop).items():
            self._add("signal handler", handle, signal.Signals(number).name)
        executor = internals.default_executor(loop)
        if executor is not None:
            self._add("executor", executor, "the default executor")

    def _add(self, kind: str, thing: Any, name: str) -> None:
        if not self._is_ours(thing):
            return
        place = self._ownership.place_of(thing) or present_place()
        line = self._ownership.line_of(thing)
        if line is None:
            line = getattr(place[1], "line", None) if place is not None else None
        starter = UNKNOWN_TEST if place is None else str(place[1])
        self.found.append(Leftover(kind, thing, name, line or UNKNOWN, starter))

    def _is_ours(self, thing: Any) -> bool:
        if self._scope in {SESSION, EVERYTHING}:
            place = self._ownership.place_of(thing)
            return place is None or (place[0] is not OUTSIDE and ends_with(place[0], self._scope))
        return self._ownership.is_in(self._scope, thing)

    def _add_callbacks(self) -> None:
        """Add callbacks, but not those that deliver the result of a thread, which has no scope."""
        for handle in internals.callbacks(self._loop):
            if self._ownership.place_of(handle) is not None or not _is_asyncios(handle):
                self._add("callback", handle, name_of(handle))

    def _add_watched(self) -> None:
        """Add readers and writers; where a server or transport watches the descriptor, that one instead."""
        for kind, thing in internals.closable(self._loop):
            self._closable[id(thing)] = (kind, thing)
        for watched in internals.watched(self._loop):
            for kind, handle in (("reader", watched.reader), ("writer", watched.writer)):
                if handle is None or handle.cancelled():
                    continue
                owner = closable_behind(handle)
                if owner is None:
                    self._add(kind, handle, f"{name_of(handle)} of descriptor {watched.descriptor}")
                elif id(owner) not in self._closable:
                    self._note_owner(owner, handle)

    def _note_owner(self, owner: Any, handle: Any) -> None:
        """A server, a pipe or a process is in no table of the loop: it belongs to the scope of the handle."""
        self._ownership.copy(handle, owner)  # Python 3.15 keeps the context of a server, not its line
        self._closable[id(owner)] = ("server" if isinstance(owner, asyncio.AbstractServer) else "transport", owner)


def closable_behind(handle: Any) -> Any:
    """Return the server or transport that a handle of a watched descriptor serves, or ``None``."""
    owner = internals.owner_of(handle)
    if isinstance(owner, asyncio.BaseTransport):
        process = getattr(getattr(owner, "_protocol", None), "proc", None)  # of a pipe of a process
        return process if isinstance(process, asyncio.SubprocessTransport) else owner
    pending = list(handle._args or ())
    while pending:
        argument = pending.pop(0)
        if isinstance(argument, (asyncio.AbstractServer, asyncio.SubprocessTransport)):
            return argument
        if isinstance(argument, tuple):
            pending += argument
    return None


def _unwrapped(callback: Any) -> Any:
    while isinstance(callback, functools.partial):
        callback = callback.func
    return callback


def name_of(handle: Any) -> str:
    """Return the name of the function that a handle calls."""
    callback = _unwrapped(getattr(handle, "_callback", None))
    if callback is None:  # uvloop shows it, but does not give it away
        return repr(handle).strip("<>").partition(" ")[2]
    return str(getattr(callback, "__qualname__", None) or type(callback).__name__)


def _is_asyncios(handle: Any) -> bool:
    callback = _unwrapped(handle._callback)
    code = getattr(getattr(callback, "__func__", callback), "__code__", None)
    return code is None or is_machinery(code)


def _address_of(thing: Any) -> str:
    if not hasattr(thing, "get_extra_info"):  # a server
        sockets = getattr(thing, "sockets", None) or ()
        return " and ".join(_text(sock.getsockname()) for sock in sockets) or repr(thing)
    if hasattr(thing, "get_pid"):
        return f"of process {thing.get_pid()}"
    names = [thing.get_extra_info(name) for name in ("sockname", "peername")]
    return " to ".join(_text(name) for name in names if name) or repr(thing)


def _text(address: Any) -> str:
    if isinstance(address, tuple):
        host, port = cast("tuple[Any, Any]", address[:2])
        return f"{host}:{port}"
    return address.decode(errors="replace") if isinstance(address, bytes) else str(address)
