"""The hooks that pytest calls for every fixture and test: methods, so that each knows its session at once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.choose import loop_factories
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.run import fixtures, tests

if TYPE_CHECKING:
    from asyncshim.plugin.lifecycle import Shim

NAME = "asyncshim-hooks"
_PARAMETRIZING = "asyncshim-parametrizing"
_EARLY_MARKS = "asyncshim-early-marks"


class Calls:
    """Calls async tests. Unregistered when all is collected and none is among it."""

    def __init__(self) -> None:
        self.shim: Shim | None = None
        self._function: Callable[..., Any] | None = None

    @pytest.hookimpl(wrapper=True, specname="pytest_pyfunc_call")
    def pytest_prepare_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Put a plain function in the place of an async test, where other plugins see it. pytest wants the prefix."""
        __tracebackhide__ = True
        shim = self.shim
        if shim is None:
            return (yield)
        original = pyfuncitem.obj
        function = None if shim.defers else tests.callable_for(shim, pyfuncitem, original)
        if function is None:
            return (yield)
        pyfuncitem.obj = self._function = function
        try:
            return (yield)
        finally:
            pyfuncitem.obj = original
            self._function = None

    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> object:
        """Call what an async test has become, when nobody else wants to; pytest would look at it from all sides first.

        Registered just before :class:`Hooks`: asked after every plugin that comes later, and before pytest.
        """
        __tracebackhide__ = True
        function = self._function
        if type(function) is not FunctionType or pyfuncitem.obj is not function:
            return None
        arguments = pyfuncitem.funcargs
        function(**{name: arguments[name] for name in pytest_compat.argument_names(pyfuncitem)})
        return True


class EarlyMarks:
    """Registered when somebody else looks at each test as it is collected, and may ask for its marks."""

    def __init__(self, shim: Shim) -> None:
        self._shim = shim

    @pytest.hookimpl(tryfirst=True)
    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Mark async tests in auto mode."""
        tests.prepare_all(self._shim, (item,))


class Parametrizing:
    """Registered when a suite has loop factories."""

    def __init__(self, shim: Shim) -> None:
        self._shim = shim

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give async tests one variant for each factory."""
        loop_factories.parametrize(self._shim, metafunc)


class Hooks:
    """Registered with the plugin itself, thus before any conftest; without a :class:`Shim` until it is configured.

    What would cost something for each test that is collected is not here: see :meth:`watch`.
    """

    def __init__(self) -> None:
        self.shim: Shim | None = None
        self.calls = Calls()
        self._is_running = False
        self._has_async_tests: bool | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self, session: pytest.Session) -> Generator[None, object, object]:
        """Look at every place where the suite may define fixtures, before the tests there are made."""
        result = yield
        if self.shim is not None:
            pytest_compat.when_fixtures_are_defined(session, functools.partial(self.watch, self.shim, session))
        return result

    def watch(self, shim: Shim, session: pytest.Session) -> None:
        """Another conftest, module or class was searched for fixtures: see what it asks for."""
        shim.overrides.watch(session)
        hook, manager = session.config.hook, session.config.pluginmanager
        if hook.pytest_asyncio_loop_factories.get_hookimpls() and not manager.hasplugin(_PARAMETRIZING):
            manager.register(Parametrizing(shim), _PARAMETRIZING)
        if hook.pytest_itemcollected.get_hookimpls() and not manager.hasplugin(_EARLY_MARKS):
            manager.register(EarlyMarks(shim), _EARLY_MARKS)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session) -> Generator[None, object, object]:
        """Mark async tests in auto mode, before anybody selects tests by their marks."""
        if self.shim is not None:
            tests.prepare_all(self.shim, session.items)
        result = yield
        self._has_async_tests = tests.any_async(session.items)
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin the function's loop scope. No wrapper: what it raises must find the other plugins' wrappers set up."""
        if self.shim is not None:
            if not self._is_running:
                self._begin_to_run(item.config.pluginmanager)
            self.shim.begin(item)

    def _begin_to_run(self, pluginmanager: pytest.PytestPluginManager) -> None:
        """Everything is collected."""
        self._is_running = True
        if self._has_async_tests is False:
            pluginmanager.unregister(self.calls)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """End the function's loop scope when its own fixtures are torn down, before those of wider scopes are."""
        __tracebackhide__ = pytest_compat.hides_frame
        shim = self.shim
        if shim is not None and not pytest_compat.when_fixtures_of_item_ended(item, shim.end):
            shim.end()  # it was not even set up

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
