"""Begin and end the checks with the set-up, the call and the tear-down of each test; warn or fail as options say."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from asyncshim.plugin.checks import allowed
from asyncshim.plugin.checks.found import Found, Phase
from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.checks.never_awaited import NeverAwaited
    from asyncshim.plugin.loops.runner_pool import Pool

NAME = "asyncshim-checks"
_TITLE = "found by asyncshim"


class Check(Protocol):
    """One check."""

    def watch(self, pool: Pool) -> None:
        """Called when the session gets its loop."""

    def begin_phase(self, phase: Phase) -> None:
        """Called before the set-up, the call and the tear-down of a test."""

    def end_phase(self, phase: Phase) -> list[Found]:
        """Return what was found since then, or, at the end of the session, since the last phase."""
        ...

    def stop(self) -> None:
        """Called once, at the end."""


class RegisteredChecks:
    """The checks that the suite asks for."""

    def __init__(self, state: State, checks: list[Check], never_awaited: NeverAwaited | None = None) -> None:
        self._state = state
        self._checks = checks
        self._never_awaited = never_awaited
        self._text = ""  # for the report of the phase, which has failed anyway

    def watch(self, pool: Pool) -> None:
        """Called when the session gets its loop."""
        for check in self._checks:
            check.watch(pool)

    def stop(self, session: pytest.Session | None) -> None:
        """End all checks; what was found since the last test goes to the summary."""
        checks, self._checks = self._checks, []
        for check in checks:
            self._state.scopes.unreported += [found.text for found in check.end_phase(Phase(None, "session"))]
            check.stop()
        if checks and self._never_awaited is not None:
            self._never_awaited.report_late(session)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Check the set-up."""
        result = yield from self._phase(item, "setup")
        allowed.check(item)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Check the call."""
        return (yield from self._phase(item, "call"))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """Check the tear-down."""
        return (yield from self._phase(item, "teardown"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, Any, Any]:
        """Add what was found to the report of a phase that failed for another reason."""
        report: Any = yield
        text, self._text = self._text, ""
        if text:
            report.sections.append((_TITLE, text))
        return report

    def _phase(self, item: pytest.Item, when: str) -> Generator[None, object, object]:
        """Not a hidden frame: pytest would print a note about hidden ones."""
        phase = Phase(item, when, allowed.is_marked(item))
        for check in self._checks:
            check.begin_phase(phase)
        try:
            result = yield
        except BaseException:
            self._text = "\n".join(found.text for found in self._end(phase))
            raise
        found = self._end(phase)
        errors = [each.text for each in found if each.reaction == "error"]
        if errors:
            pytest.fail("\n".join(errors), pytrace=False)
        return result

    def _end(self, phase: Phase) -> list[Found]:
        """Emit the warnings, and return all that was found."""
        found = [each for check in self._checks for each in check.end_phase(phase)]
        for each in found:
            if each.reaction == "warn":
                path, number = ("unknown", 0) if each.line is None else (each.line.path, each.line.number)
                warnings.warn_explicit(each.category(each.text), None, path or "unknown", number)
        return found


def begin(state: State) -> None:
    """Register the checks that the suite asks for. Raises ``pytest.UsageError`` if one is impossible."""
    settings = state.settings
    manager = state.config.pluginmanager
    if getattr(state.config.option, "dist", "no") != "no" and not hasattr(state.config, "workerinput"):
        _begin_in_controller(state)
        return
    checks: list[Check] = []
    never_awaited = None
    if settings.blocking_calls:
        from asyncshim.plugin.checks.blocking_calls import BlockingCalls

        calls = BlockingCalls(state)
        calls.begin()
        checks.append(calls)
    if settings.slow_callback:
        from asyncshim.plugin.checks.slow_callbacks import SlowCallbacks

        checks.append(SlowCallbacks(state))
    if settings.never_awaited != "warn" or state.findings is not None:
        from asyncshim.plugin.checks.never_awaited import NeverAwaited

        never_awaited = NeverAwaited(state)
        never_awaited.begin()
        checks.append(never_awaited)
    if checks:
        state.checks = RegisteredChecks(state, checks, never_awaited)
        manager.register(state.checks, NAME)


def _begin_in_controller(state: State) -> None:
    """Of xdist, whose workers run the tests."""
    from asyncshim.plugin.checks.late_reports import Receiving

    if state.settings.blocking_calls:
        from asyncshim.plugin.checks.blocking_calls import import_blockbuster

        import_blockbuster()
    state.config.pluginmanager.register(Receiving(state.config))
