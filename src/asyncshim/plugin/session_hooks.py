"""The hooks of the session: functions of a few lines each, which delegate."""

from __future__ import annotations

import functools
import sys
from collections.abc import Generator
from typing import Any

import pytest

from asyncshim.plugin import hooks, lifecycle, report
from asyncshim.plugin.choose import loop_factories
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.run import tests
from asyncshim.plugin.suite import conftest_runners, options, wrapped_event_loop
from asyncshim.plugin.suite.state import STATE, State, state_of
from asyncshim.plugin.takeover import claim


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Claim pytest-asyncio's name before other plugins are loaded."""
    of_items = hooks.Hooks()
    pluginmanager.register(of_items.calls)
    pluginmanager.register(of_items.calls.replacing)
    pluginmanager.register(of_items.begins)
    pluginmanager.register(of_items, hooks.NAME)
    claim.Claim().take(pluginmanager)
    pluginmanager.register(hooks.FallbackHooks(), conftest_runners.FALLBACK_HOOKS)
    if not hasattr(pluginmanager.hook, "pytest_asyncio_loop_factories"):
        specifications: Any = loop_factories.Specifications()
        pluginmanager.add_hookspecs(specifications)
    options.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the settings and declare the markers."""
    for line in report.MARKERS:
        config.addinivalue_line("markers", line)
    if claim.is_turned_off(config):
        return
    claimed: claim.Claim | None = config.pluginmanager.get_plugin(claim.NAME)
    assert claimed is not None
    marked = claimed.fixture_marks.uses
    state = config.stash[STATE] = State(config, options.read_settings(config), marked, claimed.loop_of_caller)
    if options.has_findings(config):
        from asyncshim.plugin.findings import session as findings

        state.findings = state.legacy.findings = findings.begin(config)
    if config.getini("asyncshim_files_first"):
        from asyncshim.plugin.takeover import collection_order

        collection_order.keep(config)
    of_items: hooks.Hooks | None = config.pluginmanager.get_plugin(hooks.NAME)
    if of_items is not None:
        of_items.use(state)
    if options.asks_for_checks(state.settings) or state.findings is not None:
        from asyncshim.plugin.checks import phases

        phases.begin(state)
    claimed.fixture_marks.when_used = state.resume
    config.add_cleanup(pytest_compat.when_no_plugin_runs(functools.partial(tests.run_or_refuse, state)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Restore what the plugin changed in the process."""
    state = state_of(config)
    if state is not None:
        lifecycle.finish(state)


@pytest.hookimpl(tryfirst=True)
def pytest_report_header(config: pytest.Config) -> list[str]:
    """Return one line or a few: what runs the async tests, and how."""
    state = state_of(config)
    return [] if state is None else report.header(state)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Remember the session before pytest searches for fixtures."""
    state = state_of(session.config)
    if state is not None:
        state.session = session
        wrapped_event_loop.provide(session.config.pluginmanager)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Close every loop when the last fixture is torn down; after an interrupt, most of that happens here."""
    state = state_of(session.config)
    if state is None:
        return (yield)
    lifecycle.begin_to_finish(state)
    try:
        return (yield)
    finally:
        lifecycle.finish(state, session)
        if state.findings is not None:
            from asyncshim.plugin.findings.session import finish

            finish(session)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Silence pytest's decorator-order warning."""
    report.ignore_static_fixtures(session.config)


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_timeout_expired(item: pytest.Item, exception: BaseException) -> bool | None:
    """Let pytest-timeout's failure end the async test by cancellation, where that is possible (pytest-timeout#204)."""
    state = state_of(item.config)
    escapes = sys.modules.get("asyncshim.plugin.loops.escapes")  # not imported before the first async test
    return True if state is not None and escapes is not None and escapes.accept_alarm(exception) else None


def pytest_enter_pdb(config: pytest.Config, pdb: Any) -> None:
    """Suspend time limits while pdb is open; with ``--trace``, let it open in the async test itself."""
    state = state_of(config)
    if state is not None and state.original is not None and config.getoption("trace"):
        from asyncshim.plugin.run.debugger import Debugger

        state.debugger = Debugger(pdb)
    time_limit = sys.modules.get("asyncshim.plugin.loops.time_limit")  # not imported while nothing has a time limit
    if time_limit is not None:
        time_limit.suspend()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write one line about old features in use, and name the tests that passed without being run."""
    state = state_of(config)
    if state is not None:
        if state.settings.unawaited == "warn":
            from asyncshim.plugin.compat import unhandled

            unhandled.summary(terminalreporter)
        report.summary(state, terminalreporter)
