"""Callbacks and steps of tasks that hold the event loop longer than ``asyncshim_slow_callback``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim.plugin.checks import allowed
from asyncshim.plugin.checks.found import Found, Phase, judge, place_of
from asyncshim.plugin.checks.stacks import line_of_suite, shown
from asyncshim.plugin.compat.warning_types import BlockingWarning
from asyncshim.plugin.findings.model import SLOW_CALLBACK, RuntimeFinding
from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.checks.holding import Held
    from asyncshim.plugin.checks.watchdog import Watchdog
    from asyncshim.plugin.loops.runner_pool import Pool

_MOST_SHOWN = 10


class SlowCallbacks:
    """Starts the watchdog when the session has a loop, and collects what it has seen at the end of each phase."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._limit = state.settings.slow_callback
        self._root = state.config.rootpath
        self.watchdog: Watchdog | None = None

    def watch(self, pool: Pool) -> None:
        """Start the watchdog."""
        from asyncshim.plugin.checks.watchdog import Watchdog

        if self.watchdog is None:
            self.watchdog = Watchdog(self._limit, pool.present_loop, pool.lent)
            self.watchdog.start()

    def begin_phase(self, phase: Phase) -> None:
        """Look, unless a debugger is attached or the test may block."""
        if self.watchdog is not None:
            from asyncshim.plugin.loops.time_limit import is_debugged

            self.watchdog.is_paused = phase.is_allowed or is_debugged()

    def end_phase(self, phase: Phase) -> list[Found]:
        """Return what has held the loop since the last phase ended."""
        if self.watchdog is None:
            return []
        held, omitted = self.watchdog.take()
        if phase.is_allowed:  # the watchdog was started in this phase
            return []
        found = [self._found(phase, each) for each in held if not self._is_allowed(each)]
        reported = [each for each in found if each is not None]
        omitted += max(0, len(reported) - _MOST_SHOWN)
        if omitted and reported:
            more = f"{phase.nodeid} held the event loop at {omitted} more places"
            reported[_MOST_SHOWN:] = [reported[-1]._replace(text=more)]
        return reported

    def stop(self) -> None:
        """End the watchdog."""
        if self.watchdog is not None:
            self.watchdog.stop()
            self.watchdog = None

    def _is_allowed(self, held: Held) -> bool:
        return allowed.covers(self._state.settings.blocking_allowed, ((ln.module, ln.function) for ln in held.stack))

    def _found(self, phase: Phase, held: Held) -> Found | None:
        line = line_of_suite(held.stack, self._root)
        code = "unknown" if line is None else line.function
        often = "" if held.count == 1 else f" {held.count} times,"
        what = f"held the event loop{often} for about {held.seconds:.2f} s"
        finding = RuntimeFinding(SLOW_CALLBACK, phase.nodeid, code, place_of(line, self._root), f"{code} {what}")
        reaction = self._state.settings.blocking
        for _ in range(held.count):
            reaction = judge(self._state.findings, finding, self._state.settings.blocking)
        if reaction == "ignore":
            return None
        head = f"{phase.nodeid} {what} (asyncshim_slow_callback = {self._limit:g}) at:"
        return Found(f"{head}\n{shown(held.stack, str(self._root))}", line, reaction, BlockingWarning)
