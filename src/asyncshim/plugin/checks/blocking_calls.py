"""Calls that are known to block, on a loop of ours: blockbuster detects them, this module says whose they are."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from asyncshim.plugin.checks import allowed
from asyncshim.plugin.checks.found import Found, Phase, judge, place_of
from asyncshim.plugin.checks.stacks import Line, is_stdlib, line_of_suite, shown, stack_of
from asyncshim.plugin.compat.warning_types import BlockingWarning
from asyncshim.plugin.findings.model import BLOCKING_CALL, RuntimeFinding
from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runner_pool import Pool

_MISSING = """\
asyncshim_blocking_calls needs the library blockbuster, which is not installed: install asyncshim[blocking]."""
_MOST_PLACES = 50
_MOST_SHOWN = 10
_OURS = ("asyncshim", "_pytest", "pytest", "pluggy")


class _BlockingCall(NamedTuple):
    name: str
    line: Line | None
    reaction: str


class BlockingCalls:
    """Patches the functions for the session; they raise or are noted only in the phases of tests, on our loops."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._root = state.config.rootpath
        self._pool: Pool | None = None
        self._phase: Phase | None = None
        self._calls: dict[_BlockingCall, tuple[str, int]] = {}
        self._omitted = 0
        self._blockbuster: Any = None

    def begin(self) -> None:
        """Patch the functions. Raises ``pytest.UsageError`` if blockbuster is missing."""
        found = import_blockbuster().BlockBuster()
        for name, function in found.functions.items():
            function.can_block_predicate = self._predicate(name, function)
        found.activate()
        self._blockbuster = found

    def stop(self) -> None:
        """Restore the functions."""
        self._phase = None
        if self._blockbuster is not None:
            self._blockbuster.deactivate()
            self._blockbuster = None

    def watch(self, pool: Pool) -> None:
        """Note the loops that are ours."""
        self._pool = pool

    def begin_phase(self, phase: Phase) -> None:
        """Detect calls from now on, unless the test may block."""
        self._phase = None if phase.is_allowed else phase

    def end_phase(self, phase: Phase) -> list[Found]:
        """Return the calls since the phase began."""
        self._phase = None
        calls, self._calls = self._calls, {}
        omitted, self._omitted = self._omitted, 0
        found = [_found(phase, call, text, count) for call, (text, count) in calls.items()]
        omitted += sum(count for _, count in list(calls.values())[_MOST_SHOWN:])
        if omitted:
            more = f"{phase.nodeid} blocked the event loop by {omitted} more calls"
            found[_MOST_SHOWN:] = [found[-1]._replace(text=more)]
        return found

    def _predicate(self, name: str, function: Any) -> Callable[..., bool]:
        """Return the function that tells blockbuster whether a call may block; if it may not, blockbuster raises."""
        original: Callable[..., bool] = function.can_block_predicate

        def may_block(*args: Any, **kwargs: Any) -> bool:
            phase = self._phase
            if phase is None or not self._is_on_our_loop() or original(*args, **kwargs):
                return True
            frames = list(_frames(sys._getframe(2)))  # pyright: ignore[reportPrivateUsage]  # below blockbuster's
            if not _is_of_user(frames) or self._is_allowed(frames, function.can_block_functions):
                return True
            return self._note(phase, name, frames) != "error"

        return may_block

    def _is_on_our_loop(self) -> bool:
        pool = self._pool
        return pool is not None and pool.known(pool.running_loop()) is not None

    def _is_allowed(self, frames: list[FrameType], by_library: Any) -> bool:
        for frame in frames:
            path, name = frame.f_code.co_filename.replace("\\", "/"), frame.f_code.co_name
            if any(path.endswith(end) and name in names for end, names in by_library):
                return True
        called = ((str(frame.f_globals.get("__name__", "")), frame.f_code.co_qualname) for frame in frames)
        return allowed.covers(self._state.settings.blocking_allowed, called)

    def _note(self, phase: Phase, name: str, frames: list[FrameType]) -> str:
        stack = stack_of(frames)
        line = line_of_suite(stack, self._root)
        code = f"{name} in {'unknown' if line is None else line.function}"
        finding = RuntimeFinding(BLOCKING_CALL, phase.nodeid, code, place_of(line, self._root), f"call of {name}")
        reaction = judge(self._state.findings, finding, self._state.settings.blocking)
        call = _BlockingCall(name, line, reaction)
        if reaction == "ignore":
            return reaction
        text, count = self._calls.get(call, ("", 0))
        if not count and len(self._calls) == _MOST_PLACES:
            self._omitted += 1
        else:
            self._calls[call] = (text or shown(stack, str(self._root)), count + 1)
        return reaction


def _found(phase: Phase, call: _BlockingCall, text: str, count: int) -> Found:
    often = "" if count == 1 else f", {count} times"
    head = f"{phase.nodeid} blocked the event loop by a call of {call.name}{often}"
    return Found(f"{head} (asyncshim_blocking_calls) at:\n{text}", call.line, call.reaction, BlockingWarning)


def import_blockbuster() -> Any:
    """Return the library. Raises ``pytest.UsageError`` if it is missing."""
    try:
        return importlib.import_module("blockbuster")
    except ImportError as error:
        raise pytest.UsageError(_MISSING) from error


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield *frame* and its callers up to the loop's own."""
    from asyncshim.plugin.checks.steps import runs_loop

    while frame is not None and not runs_loop(frame.f_code):
        yield frame
        frame = frame.f_back


def _is_of_user(frames: list[FrameType]) -> bool:
    """Return whether a call is made by the suite or by a library, not by asyncshim or pytest on their own account."""
    for frame in frames:
        if not is_stdlib(frame.f_code.co_filename):
            module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            return module not in _OURS
    return False
