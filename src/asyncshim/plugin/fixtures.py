"""Async fixtures, turned into what pytest can call."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Generator
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.plugin import coexist, pytest_compat
from asyncshim.plugin.contexts import carry_over, with_context
from asyncshim.plugin.legacy import hooked, marks
from asyncshim.plugin.options import LOOP_SCOPES, MATCH_FIXTURE_SCOPE

if TYPE_CHECKING:
    from asyncshim.plugin.hosts import GeneratorHost
    from asyncshim.plugin.runners import LoopRunner
    from asyncshim.plugin.session import Shim
    from asyncshim.plugin.time_limit import TimeLimit

_OVERRIDES = {"event_loop": "ASH305", "event_loop_policy": "ASH307"}
_ASYNC_FLAGS = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_PLAIN = (FunctionType, MethodType)


def is_async(function: object) -> bool:
    """Whether calling *function* gives a coroutine or an async generator."""
    code = getattr(function, "__code__", None)
    if code is not None and code.co_flags & _ASYNC_FLAGS:
        return True
    if isinstance(function, _PLAIN) and "_is_coroutine_marker" not in function.__dict__:
        return False  # not even marked by inspect.markcoroutinefunction
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def is_async_generator(function: object) -> bool:
    """Whether calling *function* gives an async generator."""
    if isinstance(function, _PLAIN):
        return bool(function.__code__.co_flags & inspect.CO_ASYNC_GENERATOR)
    return inspect.isasyncgenfunction(function)


def is_forced(function: object) -> bool:
    """Whether ``@pytest_asyncio.fixture``, ours or the real one, made the fixture."""
    if type(function) is FunctionType:
        return bool(function.__dict__.get("_force_asyncio_fixture"))
    return bool(getattr(getattr(function, "__func__", function), "_force_asyncio_fixture", False))


def loop_scope_of(shim: Shim, fixturedef: pytest.FixtureDef[Any], item: pytest.Item) -> str:
    """The loop scope of an async fixture: its own, the suite's ``event_loop``'s, the default, or its scope."""
    function = getattr(fixturedef.func, "__func__", fixturedef.func)
    scope: str | None = getattr(function, "_loop_scope", None)
    scope = scope or shim.override_scope(item) or shim.settings.fixture_loop_scope
    return fixturedef.scope if scope is None or scope == MATCH_FIXTURE_SCOPE else scope


def is_plain(fixturedef: pytest.FixtureDef[Any]) -> bool:
    """Whether the set-up of a fixture is none of our business: the usual synchronous one, told as early as can be."""
    function = fixturedef.func
    return (
        type(function) is FunctionType
        and not function.__code__.co_flags & _ASYNC_FLAGS
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
    is_override = fixturedef.argname == "event_loop" and not coexist.is_ours(fixturedef)
    may_be_left = (shim.defers or shim.mode == "strict") and not is_override and is_async(fixturedef.func)
    may_be_left = may_be_left and (shim.defers or not is_forced(fixturedef.func))
    adapter = None if may_be_left else _adapter_or_refusal(shim, fixturedef, request)
    if adapter is None and not may_be_left:
        if is_override:
            from asyncshim.plugin.legacy import event_loop

            return (yield from event_loop.set_up_override(shim, fixturedef, request))
        if fixturedef.scope == "function":
            return (yield)
        return (yield from _set_up_wider(shim, fixturedef, request))
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
    if code is not None and not coexist.is_ours(fixturedef) and not hooked.is_substitute(fixturedef):
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
            _runner(shim, fixturedef, request, _effective_scope(shim, fixturedef, request))
        return None
    if not forced and (shim.mode == "strict" or coexist.is_foreign_fixture(fixturedef, request)):
        return None
    run = _run_generator if is_async_generator(function) else _run_coroutine
    bound = pytest_compat.bound_fixture_function(fixturedef, request)
    if getattr(fixturedef, "_asyncshim_injected", False):
        bound = functools.partial(_without_event_loop, bound)
    prepared = _Prepared(shim, fixturedef, request, bound, _effective_scope(shim, fixturedef, request))

    def adapter(**arguments: Any) -> Any:  # not a partial object, through which pytest would have to look
        __tracebackhide__ = True
        return run(prepared, arguments)

    adapter.__name__ = fixturedef.argname  # pytest 7 says where a fixture skipped
    return adapter


def _without_event_loop(function: Callable[..., Any], /, event_loop: object, **arguments: Any) -> Any:  # noqa: ARG001
    """Call a fixture that requests ``event_loop`` only because we said so."""
    return function(**arguments)


class _Prepared(NamedTuple):
    """What is known before the fixture's function is replaced."""

    shim: Shim
    fixturedef: pytest.FixtureDef[Any]
    request: pytest.FixtureRequest
    function: Callable[..., Any]
    loop_scope: str

    def runner(self) -> LoopRunner:
        __tracebackhide__ = True
        return _runner(self.shim, self.fixturedef, self.request, self.loop_scope)

    def limit(self) -> TimeLimit | None:
        if not self.shim.settings.timeout:
            return None
        return self.shim.limit(f"the async fixture {self.fixturedef.argname!r}")

    def leave(self) -> None:
        """After the set-up; a function's own fixture starts what it starts in the function, as the test does."""
        if self.loop_scope != "function":
            self.shim.scopes.leave(self.request)


def _run_coroutine(fixture: _Prepared, arguments: dict[str, Any]) -> Any:
    __tracebackhide__ = True
    runner = fixture.runner()
    try:
        value, context = runner.run(with_context(fixture.function(**arguments)), fixture.limit())
        undo = carry_over(context)
    finally:
        fixture.leave()
    if undo is not None:
        fixture.request.addfinalizer(undo)
    return value


@functools.cache
def _host_class() -> type[GeneratorHost]:
    """Imported when the first async generator fixture is met, and looked up once."""
    from asyncshim.plugin.hosts import GeneratorHost

    return GeneratorHost


def _run_generator(fixture: _Prepared, arguments: dict[str, Any]) -> Any:
    __tracebackhide__ = True
    outlives_test = fixture.loop_scope != "function" and fixture.fixturedef.scope != "function"
    host = _host_class()(fixture.runner(), fixture.function(**arguments), outlives_test=outlives_test)
    try:
        value = host.set_up(fixture.limit())
        undo = carry_over(host.context) if host.context is not None else None
    finally:
        fixture.leave()

    def tear_down() -> None:
        __tracebackhide__ = True
        try:
            host.tear_down(fixture.limit(), fixture.shim.pool.default)
        except KeyboardInterrupt as error:  # after which pytest would drop the finalizers of the other fixtures
            fixture.shim.pool.interrupts.postpone(error)
        finally:
            if undo is not None:
                undo()

    fixture.request.addfinalizer(tear_down)
    return value


def _runner(
    shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest, loop_scope: str
) -> LoopRunner:
    __tracebackhide__ = True
    item = pytest_compat.item_of(request)
    has_own = shim.is_marked and marks.named(marks.of(item), "own_runner")
    runner = None if has_own else shim.shared_runner()
    if runner is None:
        runner = shim.runner_for(request, item, loop_scope, fixturedef)
    if shim.pool.running_loop() is not None:  # be it another one: that cannot wait for this one either
        raise AsyncFixtureFromCoroutineError(fixturedef.argname)
    if loop_scope != "function":  # that one was entered before the item was set up
        shim.scopes.enter(item, loop_scope, request)
    return runner


def _effective_scope(shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> str:
    """The loop scope, but no narrower than the fixture: what it starts must last as long as its value does."""
    scope = loop_scope_of(shim, fixturedef, pytest_compat.item_of(request))
    if scope == fixturedef.scope:
        return scope
    if LOOP_SCOPES.index(scope) >= LOOP_SCOPES.index(fixturedef.scope):
        return scope
    if shim.settings.runner == "loop_scope":  # pytest-asyncio >= 0.23 raises this, in pytest's words
        pytest.fail(
            f"ScopeMismatch: You tried to access the {scope} scoped fixture _{scope}_scoped_runner with a "
            f"{fixturedef.scope} scoped request object. {fixturedef.argname}: "
            "its loop scope is narrower than its scope.",
            pytrace=False,
        )
    return fixturedef.scope


class AsyncFixtureFromCoroutineError(AsyncshimError, RuntimeError):
    """A running coroutine asked for an async fixture that its own loop would have to run."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"the async fixture {name!r} cannot be set up by request.getfixturevalue() from inside a running "
            f"coroutine: request it as an argument of the test or fixture instead"
        )
