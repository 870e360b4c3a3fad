"""The beginning and the end of each item, and the end of the session."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from asyncshim.plugin.choose import loop_factories, loop_scopes, session_pool
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.compat.warning_types import LoopClosedWarning
from asyncshim.plugin.run import tests
from asyncshim.plugin.suite import conftest_runners, inspecting_plugins, marks, overrides, predicates
from asyncshim.plugin.suite.state import SessionPlan, State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runners import Leak

# Begins as pytest-asyncio's warning does, so that the filters of a suite still match.
_CLOSED = """\
An exception occurred during teardown of an asyncio.Runner: {nodeid} closed the event loop that it shares with other \
tests. They get a new one; what lived on the old one is lost."""


def begin(state: State, item: pytest.Item) -> None:
    """Prepare for an item that is about to be set up."""
    state.item = item
    plan = state.plan
    if not plan.is_made:
        plan = state.plan = _make_plan(state)
    if plan.deferring:
        state.defers = any(item.path.is_relative_to(folder) for folder in plan.deferring)
    pool = state.pool
    if pool is not None:
        pool.begin()
        if not state.scopes.is_in_function:
            loop_scopes.enter(state, item, "function")
    if state.current_loop is not None:
        state.current_loop.install()
    elif state.late_import is None or "asyncio" in sys.modules:
        session_pool.watch_current_loop(state)
    while state.marked_fixtures:
        state.legacy.note_function(*state.marked_fixtures.pop(0))
    found = marks.of(item)
    state.is_marked = bool(found) and (found[0] is not marks.AUTOMATIC or len(found) > 1)
    if state.is_marked or "hypothesis" in sys.modules or "event_loop" in getattr(item, "fixturenames", ()):
        tests.check(state, item, found)
        loop_factories.check(item, found)
    if not plan.is_direct or state.loop_fixtures:
        _choose_loop(state, item)


def may_be_idle(state: State) -> bool:
    """Return whether :func:`begin_idle` will do for further items of a session without async tests."""
    plan = state.plan
    return plan.is_direct and not plan.deferring and "hypothesis" not in sys.modules


def begin_idle(state: State, item: pytest.Item) -> bool:
    """Prepare for an item before asyncio is imported; return false if :func:`begin` must do that."""
    state.item = item
    state.is_marked = True  # whatever needs to know it looks at the marks
    return not state.marked_fixtures and "event_loop" not in getattr(item, "fixturenames", ())


def _choose_loop(state: State, item: pytest.Item) -> None:
    """Prepare for an item whose loop may be another one than the last item's."""
    if state.plan.has_loop_factories:
        loop_factories.tear_down_others(state, item)
    if state.loop_fixtures or state.plan.has_loop_override:
        from asyncshim.plugin.choose import event_loop

        event_loop.prepare(state, item)
    if state.plan.announces_runners:
        from asyncshim.plugin.choose import runner_choice

        runner_choice.prepare(state, item)


def _make_plan(state: State) -> SessionPlan:
    """Finish the collection: make the plan of the session."""
    settings = state.settings
    has_loop_override = overrides.exist(state, "event_loop")
    one_loop = settings.runner == "session" and not state.loop_factories.in_use and not state.has_policy_choice
    is_traced = bool(state.config.getoption("trace", None))
    announces_runners = inspecting_plugins.exist(state.config)
    outer: object = None
    if "asyncio" in sys.modules:
        from asyncshim.plugin.choose import outer_loop

        outer = outer_loop.running()
    if outer is not None and outer is state.managed_loop and getattr(outer, "_nest_patched", False):
        outer = None  # nest_asyncio lets it run again inside
    is_alone = outer is None and not state.given_loops.blocks
    is_shared = one_loop and is_alone and not has_loop_override and not announces_runners
    has_limits = bool(settings.timeout) or state.guards is not None
    return SessionPlan(
        is_made=True,
        one_loop=one_loop,
        is_shared=is_shared,
        is_direct=is_shared and settings.test_loop_scope == "function" and not has_limits and not is_traced,
        has_loop_override=has_loop_override,
        has_policy_choice=state.has_policy_choice,
        has_loop_factories=state.loop_factories.in_use,
        announces_runners=announces_runners,
        outer_loop=outer,
        deferring=conftest_runners.folders(state.config, is_strict=state.mode == "strict"),
    )


def end(state: State) -> None:
    """After the tear-down of the current item: end its tasks, and restore the settings of its loops."""
    __tracebackhide__ = True
    pool = state.pool
    if pool is None or (not state.ending and pool.is_clean()):
        return
    item = state.item
    is_async = predicates.coroutine_function_of(getattr(item, "obj", None)) is not None
    has_closed_loop = pool.put_back(after_coroutine=is_async)
    leaked: list[Leak] = []
    while state.ending:
        leaked += pool.discard(state.ending.pop())
    leaked += loop_scopes.end(state)
    try:
        if has_closed_loop and item is not None:
            item.warn(LoopClosedWarning(_CLOSED.format(nodeid=item.nodeid)))
    finally:
        if leaked:
            loop_scopes.report(state, leaked)


def begin_to_finish(state: State) -> None:
    """Finish the session; an interrupted item may still be set up."""
    state.scopes.is_finishing = True
    state.resume()
    if state.item is not None:
        pytest_compat.when_fixtures_of_node_ended(state.item, lambda: end(state))


def finish(state: State, session: pytest.Session | None = None) -> None:
    """Close every loop."""
    pool, state.pool = state.pool, None
    try:
        if pool is not None:
            loop_scopes.report(state, pool.close(), "session")
            pool.interrupts.raise_postponed()
    except KeyboardInterrupt:  # pytest, which is about to exit, would show a traceback
        if session is not None:
            session.exitstatus = pytest.ExitCode.INTERRUPTED
    if state.checks is not None:
        state.checks.stop(session)
        state.checks = None
    if state.hang_reports is not None:
        state.hang_reports.end()
        state.hang_reports = None
    while state.held_loops:
        loop = state.held_loops.pop()
        if not loop.is_running():
            loop.close()
    if "hypothesis" in sys.modules:
        from asyncshim.plugin.run import explanations

        explanations.restore()
    if state.late_import is not None:
        state.late_import.end()
    loop_scopes.finish(state)
    if state.current_loop is not None:
        state.current_loop.uninstall()
        state.current_loop = None
