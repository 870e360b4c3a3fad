"""How async fixtures run: on which Runner, in which loop scope, both halves of a generator in one task."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.loops.contexts import carry_over, with_context
from asyncshim.plugin.suite import marks
from asyncshim.plugin.suite.options import LOOP_SCOPES, MATCH_FIXTURE_SCOPE

if TYPE_CHECKING:
    from asyncshim.plugin.lifecycle import Shim
    from asyncshim.plugin.loops.generator_host import GeneratorHost
    from asyncshim.plugin.loops.runners import LoopRunner
    from asyncshim.plugin.loops.time_limit import TimeLimit


def coroutine_adapter(
    shim: Shim,
    fixturedef: pytest.FixtureDef[Any],
    request: pytest.FixtureRequest,
    function: Callable[..., Any],
    loop_scope: str,
) -> Callable[..., Any]:
    """A plain function that runs the coroutine function *function* of a fixture and gives its result."""

    def adapter(**arguments: Any) -> Any:  # not a partial object, through which pytest would have to look
        __tracebackhide__ = True
        runner = runner_of(shim, fixturedef, request, loop_scope)
        try:
            value, context = runner.run(with_context(function(**arguments)), _limit(shim, fixturedef))
            undo = carry_over(context)
        finally:
            if loop_scope != "function":
                shim.scopes.leave(request)
        if undo is not None:
            request.addfinalizer(undo)
        return value

    adapter.__name__ = fixturedef.argname  # pytest 7 says where a fixture skipped
    return adapter


def generator_adapter(
    shim: Shim,
    fixturedef: pytest.FixtureDef[Any],
    request: pytest.FixtureRequest,
    function: Callable[..., Any],
    loop_scope: str,
) -> Callable[..., Any]:
    """A plain function that runs the async generator of a fixture to its ``yield``, and the rest at its tear-down."""

    def adapter(**arguments: Any) -> Any:
        __tracebackhide__ = True
        outlives_test = loop_scope != "function" and fixturedef.scope != "function"
        runner = runner_of(shim, fixturedef, request, loop_scope)
        host = _host_class()(runner, function(**arguments), outlives_test=outlives_test)
        try:
            value = host.set_up(_limit(shim, fixturedef))
            undo = carry_over(host.context) if host.context is not None else None
        finally:
            if loop_scope != "function":  # what a function's own fixture starts, it starts in the function
                shim.scopes.leave(request)

        def tear_down() -> None:
            __tracebackhide__ = True
            try:
                host.tear_down(_limit(shim, fixturedef), shim.pool.default)
            except KeyboardInterrupt as error:  # after which pytest would drop the finalizers of the other fixtures
                shim.postpone(error)
            finally:
                if undo is not None:
                    undo()

        request.addfinalizer(tear_down)
        return value

    adapter.__name__ = fixturedef.argname
    return adapter


@functools.cache
def _host_class() -> type[GeneratorHost]:
    """Imported when the first async generator fixture is met, and looked up once."""
    from asyncshim.plugin.loops.generator_host import GeneratorHost

    return GeneratorHost


def _limit(shim: Shim, fixturedef: pytest.FixtureDef[Any]) -> TimeLimit | None:
    return shim.limit(f"the async fixture {fixturedef.argname!r}") if shim.settings.timeout else None


def runner_of(
    shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest, loop_scope: str
) -> LoopRunner:
    """The Runner for the fixture. Raises :class:`AsyncFixtureFromCoroutineError` while a coroutine runs."""
    __tracebackhide__ = True
    item = pytest_compat.item_of(request)
    has_own = shim.is_marked and marks.named(marks.of(item), "own_runner")
    runner = None if has_own else shim.shared_runner()
    if runner is None:  # nothing of it is needed where all share one
        from asyncshim.plugin.choose import runner_choice

        runner = runner_choice.runner_for(shim, request, item, loop_scope, fixturedef)
    if shim.pool.running_loop() is not None:  # be it another one: that cannot wait for this one either
        raise AsyncFixtureFromCoroutineError(fixturedef.argname)
    if loop_scope != "function":  # that one was entered before the item was set up
        shim.scopes.enter(item, loop_scope, request)
    return runner


def _loop_scope_of(shim: Shim, fixturedef: pytest.FixtureDef[Any], item: pytest.Item) -> str:
    """The loop scope of an async fixture: its own, the suite's ``event_loop``'s, the default, or its scope."""
    function = getattr(fixturedef.func, "__func__", fixturedef.func)
    scope: str | None = getattr(function, "_loop_scope", None)
    scope = scope or shim.overrides.loop_scope(item) or shim.settings.fixture_loop_scope
    return fixturedef.scope if scope is None or scope == MATCH_FIXTURE_SCOPE else scope


def effective_scope(shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> str:
    """The loop scope, but no narrower than the fixture: what it starts must last as long as its value does."""
    scope = _loop_scope_of(shim, fixturedef, pytest_compat.item_of(request))
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
