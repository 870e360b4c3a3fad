"""How async fixtures run: on which Runner, in which loop scope, both halves of a generator in one task."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.plugin.choose import loop_scopes
from asyncshim.plugin.choose.session_pool import pool_of, shared_runner
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.loops.contexts import carry_over, with_context
from asyncshim.plugin.run.time_limits import limit_of_fixture
from asyncshim.plugin.suite import marks, overrides
from asyncshim.plugin.suite.state import State
from asyncshim.pytest_options import LOOP_SCOPES, MATCH_FIXTURE_SCOPE

if TYPE_CHECKING:
    from asyncshim.plugin.loops.generator_host import GeneratorHost
    from asyncshim.plugin.loops.runners import Driver, Runner


def coroutine_adapter(
    state: State,
    fixturedef: pytest.FixtureDef[Any],
    request: pytest.FixtureRequest,
    function: Callable[..., Any],
    loop_scope: str,
) -> Callable[..., Any]:
    """Return a synchronous function that runs the coroutine function *function* of a fixture and returns its result."""

    def adapter(**arguments: Any) -> Any:  # not a partial object, through which pytest would have to look
        __tracebackhide__ = True
        guard = None if state.guards is None else state.guards.of_fixture(fixturedef, request, function, arguments)
        runner = runner_of(state, fixturedef, request, loop_scope)
        limit = limit_of_fixture(state, fixturedef.argname)
        undo = None
        try:
            if guard is None:
                value, context = runner.run(with_context(_started(function, arguments, fixturedef)), limit)
                undo = carry_over(context)
            else:
                value = guard.run_on(runner, _started(function, guard.arguments, fixturedef), limit)
        except BaseException as error:
            raise_if_cancelled(error, fixturedef.argname, "set-up", runner)
            raise
        finally:
            if loop_scope != "function":
                _leave(state, request, runner)
        if undo is not None:
            request.addfinalizer(undo)
        return value

    adapter.__name__ = fixturedef.argname  # pytest 7 says where a fixture skipped
    return adapter


def generator_adapter(
    state: State,
    fixturedef: pytest.FixtureDef[Any],
    request: pytest.FixtureRequest,
    function: Callable[..., Any],
    loop_scope: str,
) -> Callable[..., Any]:
    """Return a synchronous function that runs the async generator of a fixture, its second half at tear-down."""

    def adapter(**arguments: Any) -> Any:
        __tracebackhide__ = True
        guard = None if state.guards is None else state.guards.of_fixture(fixturedef, request, function, arguments)
        if guard is not None:
            arguments = guard.arguments
        outlives_test = loop_scope != "function" and fixturedef.scope != "function"
        runner = runner_of(state, fixturedef, request, loop_scope)
        generator = _started(function, arguments, fixturedef)
        host = _host_class()(runner, generator, outlives_test=outlives_test, guard=guard)
        undo = None
        try:
            value = host.set_up(limit_of_fixture(state, fixturedef.argname))
            if guard is None and host.context is not None:
                undo = carry_over(host.context)
        except BaseException as error:
            raise_if_cancelled(error, fixturedef.argname, "set-up", runner)
            raise
        finally:
            if loop_scope != "function":  # what a function's own fixture starts, it starts in the function
                _leave(state, request, runner)

        def tear_down() -> None:
            __tracebackhide__ = True
            try:
                host.tear_down(limit_of_fixture(state, fixturedef.argname), pool_of(state).default)
            except KeyboardInterrupt as error:  # after which pytest would drop the finalizers of the other fixtures
                _postpone(state, error)
            except BaseException as error:
                raise_if_cancelled(error, fixturedef.argname, "tear-down")
                raise
            finally:
                if undo is not None:
                    undo()

        request.addfinalizer(tear_down)
        return value

    adapter.__name__ = fixturedef.argname
    return adapter


def _started(function: Callable[..., Any], arguments: Mapping[str, Any], fixturedef: pytest.FixtureDef[Any]) -> Any:
    """Call the function of an async fixture; if it may request others by name, prepare it to wait for async ones."""
    started = function(**arguments)
    if "request" not in fixturedef.argnames:
        return started
    from asyncshim.plugin.loops.greenlet_coroutines import driven

    return driven(started)


def _leave(state: State, request: pytest.FixtureRequest, runner: Driver) -> None:
    loop_scopes.leave(state, request)
    place: Any = getattr(runner, "place", None)
    if place is not None:  # of the coroutine that waits
        state.scopes.lifetimes.go_back_to(place)


def raise_if_cancelled(error: BaseException, name: str, half: str, runner: Driver | None = None) -> None:
    """Raise an error of the fixture in place of a CancelledError, after which pytest would tear nothing else down.

    The CancelledError of the coroutine that asked for the fixture is that of the coroutine.
    """
    __tracebackhide__ = True
    from asyncio import CancelledError

    if isinstance(error, CancelledError) and getattr(runner, "caller_error", None) is not error:
        from asyncshim.plugin.loops.tracebacks import between_machinery

        cause = error if error.__cause__ is not None or error.__context__ is not None else None
        cancelled = FixtureCancelledError(f"the {half} of the async fixture {name!r} was cancelled")
        raise cancelled.with_traceback(between_machinery(error)) from cause


def _postpone(state: State, interrupt: KeyboardInterrupt) -> None:
    """Raise the KeyboardInterrupt of a tear-down after all of the tear-down."""
    from asyncshim.plugin.compat.postponed import Postponed

    interrupts = pool_of(state).interrupts
    interrupts.postpone(interrupt)
    manager = state.config.pluginmanager
    manager.register(Postponed(manager, interrupts))


@functools.cache
def _host_class() -> type[GeneratorHost]:
    """Return the class, imported when the first async generator fixture is set up."""
    from asyncshim.plugin.loops.generator_host import GeneratorHost

    return GeneratorHost


def runner_of(
    state: State, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest, loop_scope: str
) -> Driver:
    """Return the Runner for the fixture. Raises :class:`AsyncFixtureFromCoroutineError` while a coroutine runs."""
    __tracebackhide__ = True
    item = pytest_compat.item_of(request)
    runner: Driver | None
    has_own = state.is_marked and marks.named(marks.of(item), "own_runner")
    runner = None if has_own else shared_runner(state)
    if runner is None:  # imported only by suites whose tests do not all share one
        from asyncshim.plugin.choose import runner_choice

        runner = runner_choice.runner_for(state, request, item, loop_scope, fixturedef)
    pool = pool_of(state)
    if pool.is_running():
        waiting = _waiting_runner(state, runner)
        if waiting is None:  # even if another one is running: it cannot wait for this one either
            raise AsyncFixtureFromCoroutineError(fixturedef.argname)
        runner = waiting
    if loop_scope != "function":  # that one was entered before the item was set up
        loop_scopes.enter(state, item, loop_scope, request)
    return runner


def _waiting_runner(state: State, runner: Runner) -> Driver | None:
    """Return what runs a fixture while a coroutine of the same loop waits for it; ``None`` where it cannot wait."""
    from asyncshim.plugin.loops.greenlet_coroutines import WaitingRunner, is_waiting_possible

    if not is_waiting_possible(runner.loop):
        return None
    return WaitingRunner(runner, pool_of(state).interrupts, state.scopes.lifetimes.present_place())


def _loop_scope_of(state: State, fixturedef: pytest.FixtureDef[Any], item: pytest.Item) -> str:
    """Return the loop scope of an async fixture: its own, the suite's ``event_loop``'s, the default, or its scope."""
    function = getattr(fixturedef.func, "__func__", fixturedef.func)
    scope: str | None = getattr(function, "_loop_scope", None)
    scope = scope or overrides.loop_scope(state, item) or state.settings.fixture_loop_scope
    return fixturedef.scope if scope is None or scope == MATCH_FIXTURE_SCOPE else scope


def effective_scope(state: State, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> str:
    """Return the loop scope, but no narrower than the fixture: what it starts must last as long as its value does."""
    scope = _loop_scope_of(state, fixturedef, pytest_compat.item_of(request))
    if scope == fixturedef.scope:
        return scope
    if LOOP_SCOPES.index(scope) >= LOOP_SCOPES.index(fixturedef.scope):
        return scope
    if state.settings.runner == "loop_scope":  # pytest-asyncio >= 0.23 raises this, in pytest's words
        pytest.fail(
            f"ScopeMismatch: You tried to access the {scope} scoped fixture _{scope}_scoped_runner with a "
            f"{fixturedef.scope} scoped request object. {fixturedef.argname}: "
            "its loop scope is narrower than its scope.",
            pytrace=False,
        )
    return fixturedef.scope


class FixtureCancelledError(AsyncshimError, RuntimeError):
    """The task of an async fixture was cancelled, by other code than a time limit or Ctrl-C."""


class AsyncFixtureFromCoroutineError(AsyncshimError, RuntimeError):
    """A running coroutine asked for an async fixture that its own loop would have to run."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"the async fixture {name!r} cannot be set up by request.getfixturevalue() from inside a running "
            f"coroutine: request it as an argument of the test or fixture instead, or install greenlet "
            f"(pip install 'asyncshim[greenlet]')"
        )
