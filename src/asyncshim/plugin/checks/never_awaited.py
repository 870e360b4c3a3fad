"""Coroutines that a test creates and never awaits: ``asyncshim_never_awaited``.

Python calls a function of the module ``warnings`` when it drops a coroutine that has not begun. That is replaced.
"""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.checks import late_reports
from asyncshim.plugin.checks.found import Found, Phase, judge, place_of
from asyncshim.plugin.checks.living_coroutines import Coroutine, Creator, LivingCoroutines
from asyncshim.plugin.checks.stacks import Line, is_machinery
from asyncshim.plugin.findings.model import NEVER_AWAITED, RuntimeFinding
from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runner_pool import Pool

_HOOK = "_warn_unawaited_coroutine"
_DEPTH = 10
_MOST = 50


class NeverAwaited:
    """Installed for the session if the option is not ``warn``, or if a report or baseline is asked for."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._reaction = state.settings.never_awaited
        self._root = state.config.rootpath
        self._living = LivingCoroutines()
        self._is_ready = False
        self._present: Creator | None = None
        self._recorder: object = None
        self._found: list[Found] = []
        self._omitted = 0
        self._late: list[late_reports.Late] = []
        self._former: Any = None
        self._former_depth = 0

    @property
    def _is_strict(self) -> bool:
        return self._reaction == "error" or (self._state.findings is not None and self._state.findings.fails_new)

    def begin(self) -> None:
        """Replace the function that Python calls."""
        self._former = getattr(warnings, _HOOK)
        setattr(warnings, _HOOK, self._dropped)
        if self._is_strict:
            self._former_depth = sys.get_coroutine_origin_tracking_depth()
            sys.set_coroutine_origin_tracking_depth(max(_DEPTH, self._former_depth))

    def stop(self) -> None:
        """Restore it; report the coroutines that are still there."""
        if self._is_strict:
            if self._is_ready:
                self._living.update(None)
                for coroutine, creator in self._living.left():
                    self._note(coroutine, creator, is_late=True)
                    coroutine.close()
            sys.set_coroutine_origin_tracking_depth(self._former_depth)
        if getattr(warnings, _HOOK) == self._dropped:
            setattr(warnings, _HOOK, self._former)

    def report_late(self, session: pytest.Session | None) -> None:
        """Fail the tests that had ended before their coroutines were dropped."""
        late, self._late = self._late, []
        if session is not None and late:
            late_reports.send(session, late)

    def watch(self, pool: Pool) -> None:
        """Nothing depends on the loop."""

    def begin_phase(self, phase: Phase) -> None:
        """Note the test, and which list of warnings is pytest's."""
        if not self._is_ready:
            self._is_ready = True
            if self._is_strict:
                self._living.update(None)
        item = phase.item
        self._present = None if item is None else Creator(item.nodeid, item.location)
        if phase.when == "setup":  # no fixture, such as recwarn, has replaced it
            self._recorder = _recorder()

    def end_phase(self, phase: Phase) -> list[Found]:
        """Return what was found since the phase began."""
        if self._is_strict and self._may_have_new(phase):
            self._living.update(self._present)
        found, self._found = self._found, []
        omitted, self._omitted = self._omitted, 0
        if omitted:
            found.append(found[-1]._replace(text=f"{omitted} more coroutines were never awaited"))
        return found

    def _may_have_new(self, phase: Phase) -> bool:
        """Return whether to collect garbage: after the call, and after a tear-down that may drop something."""
        if phase.when == "teardown":
            return bool(self._living or getattr(phase.item, "fixturenames", None))
        return phase.when == "call"

    def _dropped(self, coroutine: Any) -> None:
        """Called by Python instead of the function that warns."""
        is_callers = self._recorder is not None and _recorder() != self._recorder  # such as that of pytest.warns()
        if is_callers or _is_ignored(f"coroutine '{coroutine.__qualname__}' was never awaited"):
            self._former(coroutine)
        elif self._reaction != "ignore" or self._state.findings is not None:
            creator = self._living.find(coroutine, self._present)
            if creator is None or self._note(coroutine, creator, is_late=creator != self._present) == "warn":
                self._former(coroutine)

    def _note(self, coroutine: Coroutine, creator: Creator, *, is_late: bool) -> str:
        name = coroutine.__qualname__
        line, is_known = _created(coroutine), bool(coroutine.cr_origin)
        where = f"{'created' if is_known else 'defined'} at {place_of(line, self._root)}"
        finding = RuntimeFinding(
            NEVER_AWAITED, creator.nodeid, name, place_of(line, self._root), f"{name} was never awaited"
        )
        reaction = judge(self._state.findings, finding, self._reaction)
        if reaction == "error":
            text = f"{creator.nodeid}: the coroutine {name!r} was never awaited ({where})"
            if is_late:
                self._late.append(late_reports.Late(creator.nodeid, creator.location, text))
            elif len(self._found) < _MOST:
                self._found.append(Found(text, line, reaction, RuntimeWarning))
            else:
                self._omitted += 1
        return reaction


def _created(coroutine: Coroutine) -> Line:
    """Return the innermost line outside of asyncio and asyncshim where *coroutine* was created, or its definition."""
    name = coroutine.__qualname__
    for path, number, function in coroutine.cr_origin or ():
        if not is_machinery(path):
            return Line(path, number, function, "")
    code = coroutine.cr_code
    return Line(code.co_filename, code.co_firstlineno, name, "")


def _recorder() -> object:
    """Return what collects the warnings that are emitted now."""
    context: Any = getattr(sys.modules.get("_py_warnings"), "_get_context", None)  # Python 3.14
    return getattr(warnings, "_showwarnmsg_impl", None), None if context is None else context()


def _is_ignored(text: str) -> bool:
    """Return whether the current filters ignore the warning."""
    filters: Any = getattr(sys.modules.get("_py_warnings"), "_get_filters", None)
    for action, message, category, module, _ in warnings.filters if filters is None else filters():
        if module is None and issubclass(RuntimeWarning, category) and (message is None or message.match(text)):
            return bool(action == "ignore")
    return False
