"""The pytest plugin: hook functions of a few lines each, which delegate."""

from __future__ import annotations

import functools
import sys
from collections.abc import Generator

import pytest

from asyncshim.plugin.compat.pytest_compat import imported_as_it_is

with imported_as_it_is():
    from asyncshim.plugin import hooks, report
    from asyncshim.plugin.choose import loop_factories
    from asyncshim.plugin.compat import pytest_compat
    from asyncshim.plugin.lifecycle import SHIM, Shim, shim_of
    from asyncshim.plugin.run import tests
    from asyncshim.plugin.run.fixture_functions import (
        asyncio_loop_factory,
        asyncio_runner,
        class_event_loop,
        event_loop,
        event_loop_policy,
        function_event_loop,
        module_event_loop,
        package_event_loop,
        session_event_loop,
    )
    from asyncshim.plugin.suite import options, wrapped_event_loop
    from asyncshim.plugin.takeover import claim
    from asyncshim.plugin.takeover.ports import (
        unused_tcp_port,
        unused_tcp_port_factory,
        unused_udp_port,
        unused_udp_port_factory,
    )

__all__ = (
    "asyncio_loop_factory",
    "asyncio_runner",
    "class_event_loop",
    "event_loop",
    "event_loop_policy",
    "function_event_loop",
    "module_event_loop",
    "package_event_loop",
    "session_event_loop",
    "unused_tcp_port",
    "unused_tcp_port_factory",
    "unused_udp_port",
    "unused_udp_port_factory",
)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Take pytest-asyncio's place before anything else is loaded."""
    of_items = hooks.Hooks()
    pluginmanager.register(of_items.calls)
    pluginmanager.register(of_items, hooks.NAME)
    claim.Place().take(pluginmanager)
    if not hasattr(pluginmanager.hook, "pytest_asyncio_loop_factories"):
        pluginmanager.add_hookspecs(loop_factories.Specifications)
    options.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the settings and declare the markers."""
    for line in report.MARKERS:
        config.addinivalue_line("markers", line)
    if claim.is_turned_off(config):
        return
    shim = config.stash[SHIM] = Shim(config, options.read_settings(config))
    if config.getini("asyncshim_files_first"):
        from asyncshim.plugin.takeover import collection_order

        collection_order.keep(config)
    of_items: hooks.Hooks | None = config.pluginmanager.get_plugin(hooks.NAME)
    if of_items is not None:
        of_items.shim = of_items.calls.shim = shim
    config.add_cleanup(pytest_compat.when_nobody_runs(functools.partial(tests.refuse_unhandled, shim)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind in the process."""
    shim = shim_of(config)
    if shim is not None:
        shim.finish()
    place = config.pluginmanager.get_plugin(claim.PLACE)
    if place is not None:
        place.give_back()


@pytest.hookimpl(tryfirst=True)
def pytest_report_header(config: pytest.Config) -> list[str]:
    """One line: what runs the async tests, and how."""
    shim = shim_of(config)
    return [] if shim is None else [report.header(shim)]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Know the session before pytest looks for fixtures."""
    shim = shim_of(session.config)
    if shim is not None:
        shim.session = session
        wrapped_event_loop.attend(session.config.pluginmanager)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Close every loop when the last fixture is torn down; after an interrupt, most of that happens here."""
    shim = shim_of(session.config)
    if shim is None:
        return (yield)
    shim.begin_to_finish()
    try:
        return (yield)
    finally:
        shim.finish(session)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Say nothing about an order of decorators that works."""
    report.ignore_static_fixtures(session.config)


def pytest_enter_pdb() -> None:
    """Hurry nobody who has opened the debugger."""
    time_limit = sys.modules.get("asyncshim.plugin.loops.time_limit")  # else nothing is limited
    if time_limit is not None:
        time_limit.suspend()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line about old features in use."""
    shim = shim_of(config)
    if shim is not None:
        report.summary(shim, terminalreporter)
