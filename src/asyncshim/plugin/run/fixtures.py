"""Which fixtures are ours, and what pytest finds in their place while it sets them up."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Generator
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.run import async_fixtures
from asyncshim.plugin.run.async_fixtures import AsyncFixtureFromCoroutineError
from asyncshim.plugin.suite import wrapped_event_loop
from asyncshim.plugin.takeover import claim

if TYPE_CHECKING:
    from asyncshim.plugin.lifecycle import Shim

_OVERRIDES = {"event_loop": "ASH305", "event_loop_policy": "ASH307"}
ASYNC_FLAGS = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
PLAIN = (FunctionType, MethodType)


def is_async(function: object) -> bool:
    """Whether calling *function* gives a coroutine or an async generator."""
    code = getattr(function, "__code__", None)
    if code is not None and code.co_flags & ASYNC_FLAGS:
        return True
    if isinstance(function, PLAIN) and "_is_coroutine_marker" not in function.__dict__:
        return False  # not even marked by inspect.markcoroutinefunction
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def is_async_generator(function: object) -> bool:
    """Whether calling *function* gives an async generator."""
    if isinstance(function, PLAIN):
        return bool(function.__code__.co_flags & inspect.CO_ASYNC_GENERATOR)
    return inspect.isasyncgenfunction(function)


def is_forced(function: object) -> bool:
    """Whether ``@pytest_asyncio.fixture``, ours or the real one, made the fixture."""
    if type(function) is FunctionType:
        return bool(function.__dict__.get("_force_asyncio_fixture"))
    return bool(getattr(getattr(function, "__func__", function), "_force_asyncio_fixture", False))


def is_plain(fixturedef: pytest.FixtureDef[Any]) -> bool:
    """Whether the set-up of a fixture is none of our business: the usual synchronous one, told as early as can be."""
    function = fixturedef.func
    return (
        type(function) is FunctionType
        and not function.__code__.co_flags & ASYNC_FLAGS
        and not function.__dict__  # neither marked as a coroutine function nor by pytest_asyncio.fixture
        and fixturedef.scope == "function"
        and fixturedef.argname not in _OVERRIDES
        and "event_loop" not in fixturedef.argnames
    )


def set_up(
    shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Around the set-up of any fixture: an async one gets a plain function in its place meanwhile."""
    __tracebackhide__ = True
    is_override = fixturedef.argname == "event_loop" and not claim.is_ours(fixturedef)
    may_be_left = (shim.defers or shim.mode == "strict") and not is_override and is_async(fixturedef.func)
    may_be_left = may_be_left and (shim.defers or not is_forced(fixturedef.func))
    adapter = None if may_be_left else _adapter_or_refusal(shim, fixturedef, request)
    if adapter is None and not may_be_left:
        if is_override:
            from asyncshim.plugin.choose import event_loop

            return (yield from event_loop.set_up_override(shim, fixturedef, request))
        if fixturedef.scope == "function":
            return (yield)
        return (yield from _set_up_wider(shim, fixturedef, request))
    return (yield from replaced(fixturedef, adapter))


def replaced(fixturedef: pytest.FixtureDef[Any], adapter: Callable[..., Any] | None) -> Generator[None, object, object]:
    """Around the set-up of an async fixture: *adapter* stands in its place, or what :func:`take_over` puts there."""
    __tracebackhide__ = True
    original = fixturedef.func
    if adapter is not None:
        fixturedef.func = adapter  # type: ignore[misc]
    try:
        return (yield)
    except AsyncFixtureFromCoroutineError as error:
        if error.name == fixturedef.argname:
            pytest_compat.forget_value(fixturedef)  # the request was wrong: others may have the fixture
        raise
    finally:
        fixturedef.func = original  # type: ignore[misc]


def take_over(shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Put a plain function in the place of an async fixture that :func:`set_up` left to others, and nobody took."""
    if is_async(fixturedef.func):
        adapter = _adapter_or_refusal(shim, fixturedef, request)
        if adapter is None and shim.mode == "strict" and pytest_compat.REFUSES_ASYNC_FIXTURES:
            function = pytest_compat.bound_fixture_function(fixturedef, request)
            adapter = functools.partial(_hand_on, function, fixturedef.argname, pytest_compat.item_of(request))
        if adapter is not None:
            fixturedef.func = adapter  # type: ignore[misc]


def _hand_on(function: Callable[..., Any], name: str, item: pytest.Function, /, **arguments: Any) -> Any:
    """Give the coroutine itself as the value, as pytest did before 9.1: strict suites may await it in their tests."""
    if is_async(item.obj):  # pytest-asyncio's words, since 1.0
        text = (
            f"asyncio test {item.name!r} requested async @pytest.fixture {name!r} in strict mode. You might want to "
            "use @pytest_asyncio.fixture or switch to auto mode. This will become an error in future versions of "
            "pytest-asyncio."
        )
    else:
        text = (
            f"{item.name!r} requested an async fixture {name!r}, and nobody runs it: asyncio_mode is strict, and it is "
            "no @pytest_asyncio.fixture. Its value is the coroutine."
        )
    warnings.warn(pytest.PytestDeprecationWarning(text), stacklevel=1)
    return function(**arguments)


def _adapter_or_refusal(
    shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Callable[..., Any] | None:
    try:
        _note_old_features(shim, fixturedef)
        return adapter_for(shim, fixturedef, request)
    except BaseException as error:  # noqa: BLE001  (raised where pytest expects it: in place of the function)
        return functools.partial(_fail, error)


def _fail(error: BaseException, /, **arguments: Any) -> None:  # noqa: ARG001
    __tracebackhide__ = True
    raise error


def _set_up_wider(
    shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Around the set-up of a plain fixture that outlives the test: what it starts on a loop does so too."""
    shim.scope_of_set_up = fixturedef.scope
    if shim.is_awake:
        shim.scopes.enter(pytest_compat.item_of(request), fixturedef.scope, request)
    try:
        return (yield)
    finally:
        shim.scope_of_set_up = "function"
        shim.scopes.leave(request)


def _note_old_features(shim: Shim, fixturedef: pytest.FixtureDef[Any]) -> None:
    function = fixturedef.func
    if is_forced(function):
        shim.legacy.note_function("ASH201", function)
    if "event_loop" in fixturedef.argnames and not getattr(fixturedef, "_asyncshim_injected", False):
        shim.legacy.note_function("ASH302" if is_async(function) else "ASH303", function)
    code = _OVERRIDES.get(fixturedef.argname)
    if code is not None and not claim.is_ours(fixturedef) and not wrapped_event_loop.is_substitute(fixturedef):
        shim.legacy.note_function(code, function)


def adapter_for(
    shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Callable[..., Any] | None:
    """A plain function that does what the async fixture does; ``None`` for a fixture that is not ours to run."""
    function = fixturedef.func
    forced = is_forced(function)
    if not is_async(function):
        if forced and not shim.is_simple:
            # a plain function wants the current loop of its loop scope
            async_fixtures.runner_of(
                shim, fixturedef, request, async_fixtures.effective_scope(shim, fixturedef, request)
            )
        return None
    if not forced and (shim.mode == "strict" or claim.is_foreign_fixture(fixturedef, request)):
        return None
    bound = pytest_compat.bound_fixture_function(fixturedef, request)
    if getattr(fixturedef, "_asyncshim_injected", False):
        bound = functools.partial(_without_event_loop, bound)
    known = Known(
        function,
        forced,
        async_fixtures.generator_adapter if is_async_generator(function) else async_fixtures.coroutine_adapter,
        async_fixtures.effective_scope(shim, fixturedef, request),
    )
    if bound is function and not shim.has_loop_override and shim.legacy.reaction != "error":
        shim.known_fixtures[fixturedef] = known
    return known.make_adapter(shim, fixturedef, request, bound, known.loop_scope)


class Known(NamedTuple):
    """What was found out about an async fixture and is so for the rest of the session."""

    function: Callable[..., Any]
    is_forced: bool
    make_adapter: Callable[..., Callable[..., Any]]
    loop_scope: str


def known_adapter(
    shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Callable[..., Any] | None:
    """The same as :func:`adapter_for` does, for a fixture that was set up before."""
    known = shim.known_fixtures.get(fixturedef)
    if known is None or known.function is not fixturedef.func or shim.defers:
        return None
    if not known.is_forced and claim.is_foreign_fixture(fixturedef, request):
        return None
    return known.make_adapter(shim, fixturedef, request, known.function, known.loop_scope)


def _without_event_loop(function: Callable[..., Any], /, event_loop: object, **arguments: Any) -> Any:  # noqa: ARG001
    """Call a fixture that requests ``event_loop`` only because we said so."""
    return function(**arguments)
