"""End what a loop scope left on its loop: tasks, async generators, then timers, servers, executor … in this order.

There is one bound for all of it. Whatever has not ended by then is reported and abandoned.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

from asyncshim.plugin.loops import executors, internals
from asyncshim.plugin.loops.async_generators import close_async_generators
from asyncshim.plugin.loops.handover import HandOver
from asyncshim.plugin.loops.leftovers import Leftover, collect
from asyncshim.plugin.loops.lifetimes import breathe, end_tasks
from asyncshim.plugin.loops.ownership import Ownership
from asyncshim.plugin.loops.runners import Claim, Leak, LoopScope, Runner
from asyncshim.plugin.loops.stale_descriptors import drop_stale_descriptors

_ABANDONED = "did not end in time and was abandoned"
_FATES = {
    "timer": "was still pending and was cancelled",
    "callback": "was still pending and was dropped",
    "reader": "was still registered and was removed",
    "writer": "was still registered and was removed",
    "server": "was still listening and was closed",
    "transport": "was still open and was closed",
    "signal handler": "was still installed and was removed",
    "executor": "was still running and was shut down",
    "loop attribute": "was still set and was taken back",
    "stop request": "was not used and was forgotten",
}
_UNNAMED = {"server", "transport", "executor", "stop request"}  # by an address or a number, if at all
_ROUNDS = 100  # closing a connection may start something else; then that is ended, too


class Deadline:
    """The moment at which everything must have ended."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left, at least 0."""
        return max(0.0, self._end - time.monotonic())


def end_all(
    runner: Runner, scope: LoopScope, timeout: float, ownership: Ownership, claim: Claim | None = None
) -> list[Leak]:
    """End what *scope* left on the loop of *runner*, within *timeout* seconds; return what is to be reported.

    What *claim* gives to a holder lives on.
    """
    deadline = Deadline(timeout)
    handover = HandOver(runner.loop, scope, ownership, claim)
    handover.run()
    leaks = end_tasks(runner, scope, deadline.left())
    leaks += close_async_generators(runner, scope, deadline.left())
    drop_stale_descriptors(runner.loop)
    for _ in range(_ROUNDS):
        if leaks:
            handover.run()  # what has ended may have given a connection back to a pool
        found = collect(runner.loop, scope, ownership)
        leaks += end(runner, found, deadline)
        if all(leftover.kind in _QUIET for leftover in found) or not deadline.left():
            break
        leaks += end_tasks(runner, scope, deadline.left())  # which a closed connection has started, say
    return leaks


def describe(leftover: Leftover, *, stubborn: bool = False) -> Leak:
    """Return what is reported of *leftover*."""
    fate = _ABANDONED if stubborn else _FATES[leftover.kind]
    code = "" if leftover.kind in _UNNAMED else leftover.name.rpartition(" of descriptor ")[0] or leftover.name
    return Leak(leftover.kind, leftover.name, leftover.place, leftover.starter, fate, stubborn, code)


def end(runner: Runner, leftovers: list[Leftover], deadline: Deadline) -> list[Leak]:
    """End each of *leftovers*, which are not tasks, kind by kind."""
    loop: Any = runner.loop
    if any(leftover.kind == "timer" for leftover in leftovers) or internals.has_cancelled_timers(loop):
        internals.drop_timers(loop, [leftover.what for leftover in leftovers if leftover.kind == "timer"])
    leaks: list[Leak] = []
    for leftover in leftovers:
        if leftover.kind == "executor":
            leaks += _end_executor(runner, leftover, deadline)
            continue
        action = _ACTIONS.get(leftover.kind)
        if action is not None:
            with contextlib.suppress(Exception):  # a foreign object that cannot be closed does not fail a test
                action(loop, leftover.what)
        leaks.append(describe(leftover))
    if any(leftover.kind not in _QUIET for leftover in leftovers):
        breathe(loop)  # transports call their protocols
        _wait_for_processes(runner, leftovers, deadline)
    return leaks


def _end_executor(runner: Runner, leftover: Leftover, deadline: Deadline) -> list[Leak]:
    """Shut the default executor down; it counts as a leak only if a function still runs in one of its threads."""
    running = executors.running(leftover.what)
    has_ended = executors.shut_down(runner, leftover.what, deadline.left())
    if internals.default_executor(runner.loop) is leftover.what:
        internals.replace_default_executor(runner.loop, None)
    if not running and has_ended:
        return []
    named = Leftover(leftover.kind, leftover.what, f"that runs {', '.join(running)}", leftover.place, leftover.starter)
    return [describe(named, stubborn=not has_ended)]


def _wait_for_processes(runner: Runner, leftovers: list[Leftover], deadline: Deadline) -> None:
    """Wait until killed processes have ended."""
    waits: list[Callable[[], Any]] = [
        leftover.what._wait
        for leftover in leftovers
        if hasattr(leftover.what, "get_pid") and hasattr(leftover.what, "_wait")
    ]
    if waits:
        runner.run(_wait(waits, deadline.left()))


async def _wait(waits: list[Callable[[], Any]], patience: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*(wait() for wait in waits), return_exceptions=True), patience)
    await asyncio.sleep(0)  # the transports of the pipes hear of it


def _cancel(_loop: Any, handle: Any) -> None:
    handle.cancel()


def _close_server(_loop: Any, server: Any) -> None:
    server.close()


def _close_transport(_loop: Any, transport: Any) -> None:
    getattr(transport, "abort", transport.close)()


def _remove_signal_handler(loop: Any, handle: Any) -> None:
    for number, known in internals.signal_handlers(loop).items():
        if known is handle:
            loop.call_soon(loop.remove_signal_handler, number)
            breathe(loop)  # uvloop removes handlers only while it runs


_ACTIONS: dict[str, Callable[[Any, Any], None]] = {
    "callback": _cancel,
    "reader": internals.stop_watching,
    "writer": internals.stop_watching,
    "server": _close_server,
    "transport": _close_transport,
    "signal handler": _remove_signal_handler,
}
_QUIET = {"timer", "reader", "writer", "signal handler", "executor"}  # nothing is called when they end
