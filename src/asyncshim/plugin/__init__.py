"""The pytest plugin: hook functions of a few lines each, which delegate."""

from __future__ import annotations

import functools
from collections.abc import Generator
from typing import Any

import pytest

from asyncshim.plugin import coexist, fixtures, items, options, pytest_compat, report
from asyncshim.plugin.fixture_functions import (
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
from asyncshim.plugin.legacy import loop_factories
from asyncshim.plugin.legacy.ports import (
    unused_tcp_port,
    unused_tcp_port_factory,
    unused_udp_port,
    unused_udp_port_factory,
)
from asyncshim.plugin.session import SHIM, Shim, shim_of

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
    coexist.Place().take(pluginmanager)
    if not hasattr(pluginmanager.hook, "pytest_asyncio_loop_factories"):
        pluginmanager.add_hookspecs(loop_factories.Specifications)
    options.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the settings and declare the markers."""
    for line in report.MARKERS:
        config.addinivalue_line("markers", line)
    config.addinivalue_line("filterwarnings", report.STATIC_FIXTURE_FILTER)
    if coexist.is_turned_off(config):
        return
    config.stash[SHIM] = Shim(config, options.read_settings(config))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind in the process."""
    shim = shim_of(config)
    if shim is not None:
        shim.finish()
    place = config.pluginmanager.get_plugin(coexist.PLACE)
    if place is not None:
        place.give_back()


@pytest.hookimpl(tryfirst=True)
def pytest_report_header(config: pytest.Config) -> list[str]:
    """One line: what runs the async tests, and how."""
    shim = shim_of(config)
    return [] if shim is None else [report.header(shim)]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Know the session; collection begins."""
    shim = shim_of(session.config)
    if shim is not None:
        shim.session = session


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class) -> None:
    """See a suite's ``event_loop`` or ``event_loop_policy`` before the first test that it applies to is made."""
    shim = shim_of(collector.config)
    if shim is not None:
        shim.watch_overrides(collector.session)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize async tests with the suite's loop factories."""
    shim = shim_of(metafunc.config)
    if shim is not None:
        loop_factories.parametrize(shim, metafunc)


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark async tests in auto mode."""
    shim = shim_of(item.config)
    if shim is not None:
        items.prepare(shim, item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin the function's loop scope. Not a wrapper: what it raises must find the other plugins' wrappers set up."""
    shim = shim_of(item.config)
    if shim is not None:
        shim.begin(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """End the function's loop scope when its own fixtures are torn down, before those of wider scopes are."""
    __tracebackhide__ = True
    shim = shim_of(item.config)
    if shim is None:
        return (yield)
    will_end = pytest_compat.when_fixtures_of_item_ended(item, functools.partial(shim.end, item))
    try:
        return (yield)
    finally:
        if not will_end:
            shim.end(item)
        shim.raise_interrupt()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Run async fixtures; look at what an ``event_loop`` override made."""
    __tracebackhide__ = True
    shim = shim_of(request.config)
    if shim is None:
        return (yield)
    return (yield from fixtures.set_up(shim, fixturedef, request))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Run async tests."""
    __tracebackhide__ = True
    shim = shim_of(pyfuncitem.config)
    if shim is None:
        return (yield)
    function = None if shim.defers else items.callable_for(shim, pyfuncitem)
    original = pyfuncitem.obj
    try:
        if function is None:
            return (yield from items.refuse_unhandled(shim, pyfuncitem))
        pyfuncitem.obj = function
        return (yield)
    finally:
        pyfuncitem.obj = original


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line about old features in use."""
    shim = shim_of(config)
    if shim is not None:
        report.summary(shim, terminalreporter)
