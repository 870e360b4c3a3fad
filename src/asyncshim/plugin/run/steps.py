"""Async steps of pytest-bdd, which would drop their coroutines: synchronous functions that run them replace them."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Generator
from typing import Any

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.run.async_fixtures import raise_if_cancelled
from asyncshim.plugin.run.time_limits import limit_of_fixture
from asyncshim.plugin.suite import marks, predicates
from asyncshim.plugin.suite.state import State

NAME = "asyncshim-steps"
_PACKAGE = "pytest_bdd"
_FOREIGN = "the step {name!r} is async, but its scenario belongs to another async plugin, which does not run steps"


def provide(state: State) -> None:
    """Register :class:`Steps` if pytest-bdd is loaded."""
    manager = state.config.pluginmanager
    plugins = (getattr(plugin, "__name__", "") for plugin in manager.get_plugins())
    if any(name.split(".")[0] == _PACKAGE for name in plugins) and not manager.hasplugin(NAME):
        manager.register(Steps(state), NAME)


class Steps:
    """Registered where pytest-bdd is loaded. Its steps are fixtures, whose values hold the functions of the steps."""

    def __init__(self, state: State) -> None:
        self._state = state

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Replace the function of an async step in the value of its fixture."""
        __tracebackhide__ = True
        result = yield
        cached = fixturedef.cached_result
        step: Any = None if cached is None else cached[0]
        if cached is None or not type(step).__module__.startswith(f"{_PACKAGE}."):
            return result
        function = getattr(step, "step_func", None)
        if function is not None and predicates.is_async(function):
            step = copy.copy(step)
            step.step_func = _adapter(self._state, function)
            fixturedef.cached_result = (step, cached[1], None)
        return result


def _adapter(state: State, function: Callable[..., Any]) -> Callable[..., Any]:
    is_generator = predicates.is_async_generator(function)

    @functools.wraps(function)
    def step(**arguments: Any) -> Any:
        __tracebackhide__ = True
        from asyncshim.plugin.choose import runner_choice

        item = state.item
        assert isinstance(item, pytest.Function)
        if predicates.is_foreign_test(item, marks.of(item)):
            pytest.fail(f"{item.nodeid}: {_FOREIGN.format(name=function.__name__)}", pytrace=False)
        runner = runner_choice.present_runner(state)
        return (_run_generator if is_generator else _run)(state, runner, item, function, arguments)

    step.__dict__.pop("_is_coroutine_marker", None)
    return step


def _run(
    state: State, runner: Any, item: pytest.Function, function: Callable[..., Any], arguments: dict[str, Any]
) -> Any:
    """Run a coroutine; context variables that it sets are visible in the steps that follow."""
    __tracebackhide__ = True
    from asyncshim.plugin.loops.contexts import carry_over, with_context

    value, context = runner.run(with_context(function(**arguments)), limit_of_fixture(state, function.__name__))
    undo = carry_over(context)
    if undo is not None:
        pytest_compat.request_of(item).addfinalizer(undo)
    return value


def _run_generator(
    state: State, runner: Any, item: pytest.Function, function: Callable[..., Any], arguments: dict[str, Any]
) -> Any:
    """Run an async generator to its ``yield``, and to its end when the scenario is torn down."""
    __tracebackhide__ = True
    from asyncshim.plugin.choose.session_pool import pool_of
    from asyncshim.plugin.loops.contexts import carry_over
    from asyncshim.plugin.loops.generator_host import GeneratorHost

    limit = functools.partial(limit_of_fixture, state, function.__name__)
    host = GeneratorHost(runner, function(**arguments), outlives_test=False)
    value = host.set_up(limit())
    undo = None if host.context is None else carry_over(host.context)

    def tear_down() -> None:
        __tracebackhide__ = True
        try:
            host.tear_down(limit(), pool_of(state).default)
        except BaseException as error:
            raise_if_cancelled(error, function.__name__, "tear-down")
            raise
        finally:
            if undo is not None:
                undo()

    pytest_compat.request_of(item).addfinalizer(tear_down)
    return value
