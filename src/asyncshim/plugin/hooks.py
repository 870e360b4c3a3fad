"""The hooks that pytest calls for every fixture and test: methods of objects that hold the session's state."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Generator
from types import FunctionType
from typing import Any

import pytest

from asyncshim.plugin import lifecycle
from asyncshim.plugin.choose import loop_factories
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.compat.hook_names import HasOnlyHooks
from asyncshim.plugin.run import fixture_functions, fixtures, tests
from asyncshim.plugin.suite import callers, overrides
from asyncshim.plugin.suite.predicates import coroutine_function_of, is_usual_fixture
from asyncshim.plugin.suite.state import State, state_of
from asyncshim.plugin.takeover import claim

NAME = "asyncshim-hooks"
_PARAMETRIZING = "asyncshim-parametrizing"
_EARLY_MARKS = "asyncshim-early-marks"


class Calls(HasOnlyHooks):
    """Calls async tests. Unregistered after collection if the session has no async tests.

    Registered just before :class:`Hooks`: called after every plugin that is registered later, and before pytest.
    """

    def __init__(self) -> None:
        self.state: State | None = None
        self.replacing = Replacing(self)
        self.is_watched = True  # other plugins or conftests may look at the function that pytest calls
        self.is_replaced = True  # it is replaced before the hooks that may do so are called
        self._item: pytest.Function | None = None
        self._former: object = None
        self._function: Callable[..., Any] | None = None
        self._is_wrapped = False  # a coroutine function of another plugin, which calls ours, is running

    def replace(self, item: pytest.Function) -> None:
        """Let pytest call :meth:`run`."""
        self._item = item
        self._former = pytest_compat.run_by(item, self.run)

    def run(self) -> None:
        """Replace the async test with a synchronous wrapper, which hooks of the call see, and call those hooks."""
        __tracebackhide__ = True
        item, state = self._item, self.state
        assert item is not None
        assert state is not None
        pytest_compat.run_by_former(item, self._former)
        original = item.obj
        function = tests.callable_for(state, item, original)
        if function is None:
            item.runtest()
            return
        if self.is_watched:
            function = self._like(original, function)
        if state.plan.announces_runners:
            from asyncshim.plugin.choose import runner_choice

            runner_choice.make_current(state, item)
        item.obj = self._function = function
        state.original = original
        try:
            item.runtest()
        finally:
            item.obj = original
            self._function = self._item = state.original = state.debugger = None

    def _like(self, original: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
        """Return *function* with the name and signature of the test, for hooks that look at these."""

        def call(**arguments: Any) -> Any:
            __tracebackhide__ = True
            return original(**arguments) if self._is_wrapped else function(**arguments)

        functools.update_wrapper(call, original)
        call.__dict__.pop("_is_coroutine_marker", None)
        return call

    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> object:
        """Call the wrapper of an async test, unless another plugin does; quicker than pytest's own function."""
        __tracebackhide__ = True
        if not self.is_replaced and self.state is not None:
            return tests.call(self.state, pyfuncitem)
        function = self._function
        if pyfuncitem.obj is not function:
            if function is None or self.state is None or coroutine_function_of(pyfuncitem.obj) is None:
                return None
            function = tests.callable_for(self.state, pyfuncitem, pyfuncitem.obj)
            if function is None:
                return None
            self._is_wrapped = True
        elif type(function) is not FunctionType:
            return None
        arguments = pyfuncitem.funcargs
        try:
            function(**{name: arguments[name] for name in pytest_compat.argument_names(pyfuncitem)})
        finally:
            self._is_wrapped = False
        return True


class Replacing(HasOnlyHooks):
    """Unregistered after collection if only pytest has hooks for the call of a test."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Replace the async test when pytest, which is next, calls it: other hooks have replaced what they replace."""
        state = self._calls.state
        if state is None or state.defers:
            return
        if "greenlet" in sys.modules and state.pool is not None:
            state.pool.set_aside()
        if isinstance(item, pytest.Function) and not pytest_compat.is_unittest(item):
            self._calls.replace(item)


class Begins(HasOnlyHooks):
    """Prepares for each item. Unregistered while nothing is async: then nothing depends on it.

    Registered before every conftest and other plugin, so that the preparation comes after what those do first.
    """

    def __init__(self, calls: Calls) -> None:
        self.has_async_tests: bool | None = None
        self._calls = calls
        self._is_running = False
        self._is_idle = False  # nothing is async so far: there is next to nothing to do for a test

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin the function's loop scope. No wrapper: if this raises, those of other plugins must have begun."""
        state = self._calls.state
        if state is None:
            return
        if self._is_idle and "asyncio" not in sys.modules and lifecycle.begin_idle(state, item):
            return
        if not self._is_running:
            self._begin_to_run(state, item.session)
        lifecycle.begin(state, item)
        if self.has_async_tests is False and not self._is_idle and lifecycle.may_be_idle(state):
            self._is_idle = True
            if "asyncio" not in sys.modules and callers.leave_items_alone(item.session):
                self._pause(state, item)

    def _begin_to_run(self, state: State, session: pytest.Session) -> None:
        """Everything is collected."""
        pluginmanager = session.config.pluginmanager
        self._is_running = True
        calls = self._calls
        calls.is_watched = callers.has_foreign_hooks(pluginmanager.hook.pytest_pyfunc_call)
        calls.is_replaced = self.has_async_tests is False or callers.exist(session)
        if self.has_async_tests is False:
            pluginmanager.unregister(calls)
        if self.has_async_tests is False or not calls.is_replaced:
            pluginmanager.unregister(calls.replacing)
        if "pytest_bdd" in sys.modules:
            from asyncshim.plugin.run import steps

            steps.provide(state)

    def _pause(self, state: State, item: pytest.Item) -> None:
        """Unregister this object until :meth:`.State.resume` is called."""
        state.is_marked = True  # whatever needs to know it looks at the marks
        item.config.pluginmanager.unregister(self)
        state.pause(functools.partial(self._resume, state, item.session))

    def _resume(self, state: State, session: pytest.Session) -> None:
        state.item = pytest_compat.item_in_use(session) or state.item
        session.config.pluginmanager.register(self)


class EarlyMarks:
    """Registered when another plugin has a hook for each collected test, which may read its marks."""

    def __init__(self, state: State) -> None:
        self._state = state

    @pytest.hookimpl(tryfirst=True)
    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Mark async tests in auto mode."""
        tests.prepare_all(self._state, (item,))


class Parametrizing:
    """Registered when a suite has loop factories."""

    def __init__(self, state: State) -> None:
        self._state = state

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give async tests one variant for each factory."""
        loop_factories.parametrize(self._state, metafunc)


class Hooks(HasOnlyHooks):
    """Registered with the plugin itself, thus before any conftest; without a state until pytest is configured.

    Hooks that would cost something for each collected test are registered by :meth:`watch` if they are needed.
    """

    def __init__(self) -> None:
        self.state: State | None = None
        self.calls = Calls()
        self.begins = Begins(self.calls)
        self._end: Callable[[], None] | None = None

    def use(self, state: State) -> None:
        """Start to use the state of the session."""
        self.state = self.calls.state = state
        self._end = functools.partial(lifecycle.end, state)

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self, session: pytest.Session) -> Generator[None, object, object]:
        """Watch every conftest, module and class for fixtures, before its tests are collected."""
        result = yield
        if self.state is not None:
            claimed: claim.Claim | None = session.config.pluginmanager.get_plugin(claim.NAME)
            if claimed is not None:
                claimed.replacement.show(fixture_functions.shown())
            pytest_compat.when_fixtures_are_defined(session, functools.partial(self.watch, self.state, session))
        return result

    def watch(self, state: State, session: pytest.Session) -> None:
        """After a conftest, module or class was searched for fixtures, register the hooks that it needs."""
        overrides.watch(state, session)
        hook, manager = session.config.hook, session.config.pluginmanager
        if hook.pytest_asyncio_loop_factories.get_hookimpls() and not manager.hasplugin(_PARAMETRIZING):
            manager.register(Parametrizing(state), _PARAMETRIZING)
        if hook.pytest_itemcollected.get_hookimpls() and not manager.hasplugin(_EARLY_MARKS):
            manager.register(EarlyMarks(state), _EARLY_MARKS)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session) -> Generator[None, object, object]:
        """Mark async tests in auto mode, before any plugin selects tests by their marks."""
        if self.state is not None:
            self.begins.has_async_tests = tests.prepare_all(self.state, session.items)
        result = yield
        if callers.has_foreign_hooks(session.config.hook.pytest_collection_modifyitems):
            self.begins.has_async_tests = callers.any_async(session.items)
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """End the function's loop scope when its own fixtures are torn down, before those of wider scopes are."""
        __tracebackhide__ = pytest_compat.hides_frame
        if self.state is None or self._end is None:
            return
        self.state.item = item  # already known, unless nothing is async
        if "asyncio" in sys.modules:
            self.state.resume()  # imported while no finder of asyncshim was asked
        if not pytest_compat.when_fixtures_of_node_ended(item, self._end):
            self._end()  # the item was not even set up

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Run async fixtures; absorb or adopt the loop of an ``event_loop`` override."""
        __tracebackhide__ = True
        state = self.state
        if state is None or is_usual_fixture(fixturedef):
            return (yield)
        if fixturedef.scope != "function":
            state.scopes.fixtures[fixturedef] = request.node
        adapter = fixtures.known_adapter(state, fixturedef, request)
        if adapter is not None:
            return (yield from fixtures.replaced(fixturedef, adapter))
        return (yield from fixtures.set_up(state, fixturedef, request))


class FallbackHooks(HasOnlyHooks):
    """The fallback hooks. Registered before any conftest, so they are called after the hooks of all of them."""

    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
        """Run the remaining async fixtures; in strict mode let the unmarked ones return their coroutine."""
        state = state_of(request.config)
        if state is not None and (state.defers or state.mode == "strict"):
            fixtures.take_over(state, fixturedef, request)

    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> None:
        """Run the remaining async tests."""
        state = state_of(pyfuncitem.config)
        if state is None or not state.defers:
            return
        function = tests.callable_for(state, pyfuncitem, pyfuncitem.obj)
        if function is not None:
            pyfuncitem.obj = function
