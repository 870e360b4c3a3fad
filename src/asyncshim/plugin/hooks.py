"""The hooks that pytest calls for every name, fixture and test: methods, so that each knows its session at once."""

from __future__ import annotations

import functools
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin import fixtures, items, pytest_compat
from asyncshim.plugin.legacy import loop_factories

if TYPE_CHECKING:
    from asyncshim.plugin.session import Shim

NAME = "asyncshim-hooks"


class Hooks:
    """Registered with the plugin itself, thus before any conftest; without a :class:`Shim` until it is configured."""

    def __init__(self) -> None:
        self.shim: Shim | None = None
        self._collector: object = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(self, collector: pytest.Module | pytest.Class) -> None:
        """See a suite's ``event_loop`` or ``event_loop_policy`` before the first test that it applies to is made."""
        if collector is not self._collector and self.shim is not None:
            self._collector = collector  # whose fixtures pytest knows before it looks at the first name
            self.shim.watch_overrides(collector.session)

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
            self.shim.begin(item)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """End the function's loop scope when its own fixtures are torn down, before those of wider scopes are."""
        __tracebackhide__ = True
        shim = self.shim
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
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Run async fixtures; look at what an ``event_loop`` override made."""
        __tracebackhide__ = True
        if self.shim is None or fixtures.is_plain(fixturedef):
            return (yield)
        return (yield from fixtures.set_up(self.shim, fixturedef, request))

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
        try:
            return (yield)
        except (pytest.fail.Exception, pytest.skip.Exception) as error:
            if function is not None or not pytest_compat.is_about_unhandled_coroutine(error):
                raise
        finally:
            if function is not None:
                pyfuncitem.obj = original
        items.refuse_unhandled(shim, pyfuncitem)
