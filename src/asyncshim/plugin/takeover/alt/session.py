"""What a session does that has enabled alt-pytest-asyncio, or in which a function requests ``async_timeout``."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.compat.terminal import stop_capturing
from asyncshim.plugin.run.guards import Guard
from asyncshim.plugin.suite.state import State, state_of
from asyncshim.pytest_options import LOOP_SCOPES

if TYPE_CHECKING:
    import asyncio

    from asyncshim.plugin.loops.contexts import SharedContext

DEFAULT = 5.0  # seconds
OPTION = "default_async_timeout"
FIXTURE = "async_timeout"
_WRONG_DEFAULT = "the fixture {name!r} has to return the time limit as a number of seconds, not {value!r}"


class FunctionLimits:
    """Makes the guards of async tests and fixtures."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.is_enabled = False  # otherwise only functions that request ``async_timeout`` have a limit
        self._asked: set[str] = set()  # the fixtures that are asked for a default just now
        self._context: SharedContext | None = None

    @property
    def context(self) -> SharedContext | None:
        """The variables that all tests and fixtures share, where the plugin is enabled."""
        if self.is_enabled and self._context is None:
            from asyncshim.plugin.loops.contexts import SharedContext

            self._context = SharedContext()
        return self._context

    def of_test(
        self, item: pytest.Function, function: Callable[..., Any], arguments: Mapping[str, Any]
    ) -> Guard | None:
        """Return the guard of an async test that is called with *arguments*.

        The marker ``asyncshim_timeout`` replaces the default limit, as a call of ``set_timeout_seconds`` does.
        """
        request = pytest_compat.request_of(item)
        is_marked = item.get_closest_marker("asyncshim_timeout") is not None and FIXTURE not in arguments
        default = math.inf if is_marked else None
        return self._guard(request, item, ("function", ""), function, arguments, default)

    def of_fixture(
        self,
        fixturedef: pytest.FixtureDef[Any],
        request: pytest.FixtureRequest,
        function: Callable[..., Any],
        arguments: Mapping[str, Any],
    ) -> Guard | None:
        """Return the guard of an async fixture that is called with *arguments*."""
        item = pytest_compat.item_of(request)
        return self._guard(request, item, (fixturedef.scope, fixturedef.argname), function, arguments)

    def interrupted(self) -> None:
        """Show what the running test or fixture prints while it cleans up after Ctrl-C."""
        if self.is_enabled:
            stop_capturing(self._state.config)

    def _guard(
        self,
        request: pytest.FixtureRequest,
        item: pytest.Function,
        scope_and_name: tuple[str, str],
        function: Callable[..., Any],
        arguments: Mapping[str, Any],
        default: float | None = None,
    ) -> Guard | None:
        if not self.is_enabled and FIXTURE not in arguments:
            return None
        provider = request.getfixturevalue(FIXTURE)
        if default is None:
            default = self._default(request, item, *scope_and_name)
        limit = provider.load(default_timeout=default)
        given = dict(arguments)
        if FIXTURE in given:
            given[FIXTURE] = limit
        return Guard(limit, function, given, self.context)

    def _default(self, request: pytest.FixtureRequest, item: pytest.Function, scope: str, own_name: str) -> float:
        """Return what the nearest fixture gives as the default of a function of *scope*, called *own_name*."""
        names = [_name_of_default(scope) for scope in LOOP_SCOPES[LOOP_SCOPES.index(scope) :]]
        if own_name in names:  # it cannot have itself as its limit
            names = names[names.index(own_name) + 1 :]
        for name in names:
            if name not in self._asked and pytest_compat.visible_definitions(item.session, name, item):
                self._asked.add(name)
                try:
                    value = request.getfixturevalue(name)
                finally:
                    self._asked.discard(name)
                if isinstance(value, bool) or not isinstance(value, (int, float)):
                    pytest.fail(_WRONG_DEFAULT.format(name=name, value=value), pytrace=False)
                return value
        return default_timeout(self._state.config)


def _name_of_default(scope: str) -> str:
    return OPTION if scope == "function" else f"{scope}_{OPTION}"


def default_timeout(config: pytest.Config) -> float:
    """Return the limit of configuration or command line, else 5 seconds where the plugin is enabled, else none.

    The configuration overrides the command line, as in alt-pytest-asyncio 0.9.
    """
    value = config.getini(OPTION)
    if value in {None, ""}:
        value = config.getoption(OPTION, None)
    if value is not None:
        return _seconds(value)
    state = state_of(config)
    is_enabled = state is not None and isinstance(state.guards, FunctionLimits) and state.guards.is_enabled
    return DEFAULT if is_enabled else math.inf


def _seconds(value: Any) -> float:
    try:
        return float(value)
    except ValueError:
        raise pytest.UsageError(f"{value!r} is not a valid {OPTION}: a number of seconds is expected.") from None


def use_limits(state: State) -> FunctionLimits:
    """Let async tests and fixtures have what they request as ``async_timeout``."""
    if not isinstance(state.guards, FunctionLimits):
        state.guards = FunctionLimits(state)
        state.plan = state.plan.but(is_direct=False)
    return state.guards


def enable(state: State, *, managed_loop: asyncio.AbstractEventLoop | None = None) -> None:
    """Do what alt-pytest-asyncio does where it is enabled: every async test and fixture has a limit.

    What tests leave on the loop lives until the session ends, unless ``asyncshim_leaks`` asks for reports of it.
    """
    use_limits(state).is_enabled = True
    state.scopes.are_joined = state.settings.leaks == "cancel" and state.findings is None
    default_timeout(state.config)  # a wrong value is an error of the configuration
    if managed_loop is not None:
        state.managed_loop = managed_loop
