"""The hooks that pytest calls for every name, fixture and test: methods, so that each knows its session at once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin import fixtures, items, pytest_compat
from asyncshim.plugin.legacy import loop_factories

if TYPE_CHECKING:
    from asyncshim.plugin.session import Shim

NAME = "asyncshim-hooks"


class Call:
    """Calls what an async test has become, when nobody else wants to; pytest would look at it from all sides first.

    Registered just before :class:`Hooks`, so that it is asked after every plugin that comes later, and before pytest.
    """

    def __init__(self) -> None:
        self.function: Callable[..., Any] | None = None

    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> object:
        """What pytest does for a function that returns nothing."""
        __tracebackhide__ = True
        function = self.function
        if type(function) is not FunctionType or pyfuncitem.obj is not function:
            return None
        arguments = pyfuncitem.funcargs
        function(**{name: arguments[name] for name in pytest_compat.argument_names(pyfuncitem)})
        return True


class Hooks:
    """Registered with the plugin itself, thus before any conftest; without a :class:`Shim` until it is configured."""

    def __init__(self) -> None:
        self.shim: Shim | None = None
        self.call = Call()
        self._collector: object = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(self, collector: pytest.Module | pytest.Class) -> None:
        """See a suite's ``event_loop`` or ``event_loop_policy`` before the first test that it applies to is made."""
        if collector is not self._collector and self.shim is not None:
            self._collector = collector  # whose fixtures pytest knows before it looks at the first name
            self.shim.overrides.watch(collector.session)

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Parametrize async tests with the suite's loop factories."""
        if self.shim is not None:
            loop_factories.parametrize(self.shim, metafunc)

    @pytest.hookimpl(tryfirst=True)
    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Mark async tests in auto mode."""
        if self.shim is not None:
            items.prepare(self.shim, item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin the function's loop scope. No wrapper: what it raises must find the other plugins' wrappers set up."""
        if self.shim is not None:
            if self._collector is not None:
                self._begin_to_run(item.config.pluginmanager)
            self.shim.begin(item)

    def _begin_to_run(self, pluginmanager: pytest.PytestPluginManager) -> None:
        """Everything is collected."""
        self._collector = None
        if self.shim is not None and not self.shim.has_async_tests:
            pluginmanager.unregister(self.call)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """End the function's loop scope when its own fixtures are torn down, before those of wider scopes are."""
        __tracebackhide__ = pytest_compat.hides_frame
        shim = self.shim
        if shim is None:
            return (yield)
        end = functools.partial(shim.end, item)
        will_end = shim.is_awake and pytest_compat.when_fixtures_of_item_ended(item, end)
        try:
            return (yield)
        finally:
            if shim.is_awake:
                if not will_end:
                    end()
                shim.raise_interrupt()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Run async fixtures; look at what an ``event_loop`` override made."""
        __tracebackhide__ = True
        shim = self.shim
        if shim is None or fixtures.is_plain(fixturedef):
            return (yield)
        adapter = fixtures.known_adapter(shim, fixturedef, request)
        if adapter is not None:
            return (yield from fixtures.replaced(fixturedef, adapter))
        return (yield from fixtures.set_up(shim, fixturedef, request))

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Run async tests."""
        __tracebackhide__ = True
        shim = self.shim
        if shim is None:
            return (yield)
        original = pyfuncitem.obj
        function = None if shim.defers else items.callable_for(shim, pyfuncitem, original)
        if function is not None:
            pyfuncitem.obj = function
            self.call.function = function
        try:
            return (yield)
        except (pytest.fail.Exception, pytest.skip.Exception) as error:
            if function is not None or not pytest_compat.is_about_unhandled_coroutine(error):
                raise
        finally:
            if function is not None:
                pyfuncitem.obj = original
                self.call.function = None
        items.refuse_unhandled(shim, pyfuncitem)
