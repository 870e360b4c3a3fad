"""Wrap async fixtures while pytest sets them up."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Generator
from typing import Any

import pytest

from asyncshim.plugin.choose import loop_scopes
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite.predicates import (
    is_async,
    is_async_generator,
    is_forced,
    is_foreign_fixture,
    is_fresh_loop,
    is_ours,
)
from asyncshim.plugin.suite.state import KnownFixture, State

_OVERRIDES = {"event_loop": "ASH305", "event_loop_policy": "ASH307"}


def set_up(
    state: State, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Around the set-up of any fixture: a synchronous wrapper replaces an async function meanwhile."""
    __tracebackhide__ = True
    is_override = fixturedef.argname == "event_loop" and not is_ours(fixturedef)
    may_be_left = (state.defers or state.mode == "strict") and not is_override and is_async(fixturedef.func)
    may_be_left = may_be_left and (state.defers or not is_forced(fixturedef.func))
    adapter = None if may_be_left else _adapter_or_refusal(state, fixturedef, request)
    if adapter is None and not may_be_left:
        if is_override:
            from asyncshim.plugin.choose import event_loop

            return (yield from event_loop.set_up_override(state, fixturedef, request))
        if fixturedef.scope == "function":
            return (yield)
        return (yield from _set_up_wider(state, fixturedef, request))
    return (yield from replaced(fixturedef, adapter))


def replaced(fixturedef: pytest.FixtureDef[Any], adapter: Callable[..., Any] | None) -> Generator[None, object, object]:
    """Around the set-up of an async fixture: *adapter* replaces its function, or :func:`take_over` may do so."""
    __tracebackhide__ = True
    original = fixturedef.func
    if adapter is not None:
        fixturedef.func = adapter  # type: ignore[misc]
    try:
        return (yield)
    except RuntimeError as error:
        from asyncshim.plugin.run import async_fixtures  # as below: a session inside a test may leave an older module

        if isinstance(error, async_fixtures.AsyncFixtureFromCoroutineError) and error.name == fixturedef.argname:
            pytest_compat.forget_value(fixturedef)  # the request was wrong, the fixture is not
        raise
    finally:
        fixturedef.func = original  # type: ignore[misc]


def take_over(state: State, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Replace the function of an async fixture that :func:`set_up` left to other plugins, none of which ran it."""
    if is_async(fixturedef.func):
        adapter = _adapter_or_refusal(state, fixturedef, request)
        if adapter is None and state.mode == "strict" and pytest_compat.REFUSES_ASYNC_FIXTURES:
            function = pytest_compat.bound_fixture_function(fixturedef, request)
            adapter = functools.partial(_call_unawaited, function, fixturedef.argname, pytest_compat.item_of(request))
        if adapter is not None:
            fixturedef.func = adapter  # type: ignore[misc]


def _call_unawaited(function: Callable[..., Any], name: str, item: pytest.Function, /, **arguments: Any) -> Any:
    """Return the coroutine itself as the value, as pytest did before 9.1: strict suites may await it in their tests."""
    if is_async(item.obj):  # pytest-asyncio's words, since 1.0
        text = (
            f"asyncio test {item.name!r} requested async @pytest.fixture {name!r} in strict mode. You might want to "
            "use @pytest_asyncio.fixture or switch to auto mode. This will become an error in future versions of "
            "pytest-asyncio."
        )
    else:
        text = (
            f"{item.name!r} requested an async fixture {name!r}, and no plugin runs it: asyncio_mode is strict, "
            "and it is no @pytest_asyncio.fixture. Its value is the coroutine."
        )
    warnings.warn(pytest.PytestDeprecationWarning(text), stacklevel=1)
    return function(**arguments)


def _adapter_or_refusal(
    state: State, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Callable[..., Any] | None:
    try:
        _note_old_features(state, fixturedef)
        return adapter_for(state, fixturedef, request)
    except BaseException as error:  # noqa: BLE001  (raised where pytest expects it: when it calls the function)
        return functools.partial(_fail, error)


def _fail(error: BaseException, /, **arguments: Any) -> None:  # noqa: ARG001
    __tracebackhide__ = True
    raise error


def _set_up_wider(
    state: State, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Around the set-up of a synchronous fixture of a wider scope: what it starts on a loop lives as long."""
    state.scopes.of_set_up = fixturedef.scope
    if state.pool is not None:
        loop_scopes.enter(state, pytest_compat.item_of(request), fixturedef.scope, request)
    try:
        return (yield)
    finally:
        state.scopes.of_set_up = "function"
        loop_scopes.leave(state, request)


def _note_old_features(state: State, fixturedef: pytest.FixtureDef[Any]) -> None:
    function = fixturedef.func
    if is_forced(function):
        state.legacy.note_function("ASH201", function)
    if "event_loop" in fixturedef.argnames and not getattr(fixturedef, "_asyncshim_injected", False):
        state.legacy.note_function("ASH302" if is_async(function) else "ASH303", function)
    code = _OVERRIDES.get(fixturedef.argname)
    if code is not None and not is_ours(fixturedef) and not is_fresh_loop(fixturedef):
        state.legacy.note_function(code, function)


def adapter_for(
    state: State, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Callable[..., Any] | None:
    """Return a synchronous function that runs the async fixture; ``None`` for one that asyncshim does not run."""
    function = fixturedef.func
    forced = is_forced(function)
    if not is_async(function):
        if forced and not state.plan.one_loop:
            from asyncshim.plugin.run import async_fixtures

            # a synchronous function may ask for the current loop, that of its loop scope
            async_fixtures.runner_of(
                state, fixturedef, request, async_fixtures.effective_scope(state, fixturedef, request)
            )
        return None
    if not forced and (state.mode == "strict" or is_foreign_fixture(fixturedef, request)):
        return None
    from asyncshim.plugin.run import async_fixtures

    bound = pytest_compat.bound_fixture_function(fixturedef, request)
    if getattr(fixturedef, "_asyncshim_injected", False):
        bound = functools.partial(_without_event_loop, bound)
    known = KnownFixture(
        function=function,
        is_forced=forced,
        make_adapter=async_fixtures.generator_adapter
        if is_async_generator(function)
        else async_fixtures.coroutine_adapter,
        loop_scope=async_fixtures.effective_scope(state, fixturedef, request),
    )
    if bound is function and not state.plan.has_loop_override and state.legacy.reaction != "error":
        state.known_fixtures[fixturedef] = known
    adapter = known.make_adapter(state, fixturedef, request, bound, known.loop_scope)
    pytest_compat.keep_instance(adapter, function)
    return adapter


def known_adapter(
    state: State, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Callable[..., Any] | None:
    """Return what :func:`adapter_for` does, for a fixture that was set up before; ``None`` for any other."""
    known = state.known_fixtures.get(fixturedef)
    if known is None or known.function is not fixturedef.func or state.defers:
        return None
    if not known.is_forced and is_foreign_fixture(fixturedef, request):
        return None
    return known.make_adapter(state, fixturedef, request, known.function, known.loop_scope)


def _without_event_loop(function: Callable[..., Any], /, event_loop: object, **arguments: Any) -> Any:  # noqa: ARG001
    """Call a fixture that requests ``event_loop`` only because asyncshim made it do so."""
    return function(**arguments)
