"""Overrides of ``event_loop``: pytest-asyncio 1.0 removed the fixture, but many suites still override it.

An override runs as the ordinary fixture that it is. The loop that it made is then *absorbed* (a plain fresh loop: all
tests use the shared loop, and the suite's clean-up finds its own idle one) or *adopted* (any other loop: a Runner of
its own drives it).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.choose import loop_scopes
from asyncshim.plugin.choose.session_pool import current_loop_of, pool_of
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite import marks, overrides, predicates
from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runner_pool import Pool
    from asyncshim.plugin.loops.runners import Runner

NAME = "event_loop"
_DEFAULT_CLASS: type = getattr(asyncio, "ProactorEventLoop", asyncio.SelectorEventLoop)  # the former on Windows


def adopted_runner(
    state: State, request: pytest.FixtureRequest, item: pytest.Item, fixturedef: pytest.FixtureDef[Any] | None
) -> Runner | None:
    """Return the Runner of the override that *item* sees, which is set up if need be; ``None`` if there is none."""
    override = overrides.nearest(state, item, NAME)
    if override is None or override is fixturedef:
        return None
    if fixturedef is not None and not pytest_compat.wider_or_same(override, fixturedef):
        return None
    loop = request.getfixturevalue(NAME)
    if fixturedef is not None:  # as if it had requested the loop: it is torn down first
        override.addfinalizer(pytest_compat.finisher(fixturedef, request))
    return pool_of(state).known(loop)


def prepare(state: State, item: pytest.Item) -> None:
    """Before the set-up of *item*, select its loop."""
    if state.loop_fixtures:
        _forget_other_loops(state, item)
    if overrides.nearest(state, item, NAME) is not None and predicates.is_async_test(state, item):
        # As 0.21 did: the override of an async test comes first, because any other fixture may ask for the loop.
        names = pytest_compat.fixture_names(item)
        if names[:1] != [NAME]:
            names[:] = [NAME, *(name for name in names if name != NAME)]


def _forget_other_loops(state: State, item: pytest.Item) -> None:
    """Drop loops that were cached for another Runner: the fixtures are session-scoped, for use in any scope."""
    values = [fixturedef.cached_result[0] for fixturedef in state.loop_fixtures if fixturedef.cached_result is not None]
    is_alone = state.plan.one_loop and len(pool_of(state)) == 1 and not marks.named(marks.of(item), "own_runner")
    if is_alone and not any(value is not None and value.is_closed() for value in values):
        return
    for fixturedef in state.loop_fixtures:
        pytest_compat.forget_value(fixturedef)
    state.loop_fixtures.clear()


def set_up_override(
    state: State, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Around the set-up of a suite's own ``event_loop``: let it run, then absorb or adopt its loop."""
    __tracebackhide__ = True
    pool = pool_of(state)
    former = pool.current
    made: list[asyncio.AbstractEventLoop] = []
    fixturedef.addfinalizer(functools.partial(_after_its_teardown, pool, former, made))  # called last
    loop_scopes.enter(state, pytest_compat.item_of(request), fixturedef.scope, request)
    try:
        with current_loop_of(state).made_afresh(made), _noting_runs() as have_run:
            value = yield
        found = pool.known(value)
        if isinstance(value, asyncio.AbstractEventLoop) and found is None:
            made.append(value)
            is_fresh = value not in have_run and not _is_held(value, fixturedef, request)
            is_fresh = is_fresh and not predicates.is_fresh_loop(fixturedef)
            is_shareable = state.settings.runner == "session" and not state.plan.announces_runners
            absorbed = is_fresh and is_shareable and is_plain_loop(value)
            return _absorb(state, fixturedef, value) if absorbed else _adopt(state, fixturedef, value)
        current = found or former
        if current is not None:
            pool.use(current)
        return value
    finally:
        loop_scopes.leave(state, request)


def _absorb(
    state: State, fixturedef: pytest.FixtureDef[Any], loop: asyncio.AbstractEventLoop
) -> asyncio.AbstractEventLoop:
    pool = pool_of(state)
    runner = pool.use(pool.default())
    fixturedef.addfinalizer(functools.partial(asyncio.set_event_loop, loop))  # what its clean-up code expects to find
    if fixturedef.cached_result is not None:
        fixturedef.cached_result = (runner.loop, fixturedef.cached_result[1], None)
    return runner.loop


def _adopt(
    state: State, fixturedef: pytest.FixtureDef[Any], loop: asyncio.AbstractEventLoop
) -> asyncio.AbstractEventLoop:
    pool = pool_of(state)
    runner = pool.use(pool.adopt(loop))

    def wind_down() -> None:
        loop_scopes.report(state, pool.discard(runner))
        asyncio.set_event_loop(loop)

    fixturedef.addfinalizer(wind_down)  # called first
    return loop


def _after_its_teardown(pool: Pool, former: Runner | None, made: list[asyncio.AbstractEventLoop]) -> None:
    for loop in made:  # as 0.21 did, for overrides that do not
        if not loop.is_closed() and not loop.is_running():
            loop.close()
    asyncio.set_event_loop(None)
    if former is not None and not former.loop.is_closed():
        pool.use(former)


def is_plain_loop(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether the shared loop can replace *loop*: of the platform's default class, idle, nothing set or due."""
    if type(loop) is not _DEFAULT_CLASS or loop.is_closed() or loop.is_running():
        return False
    internals: Any = loop
    if internals._ready or internals._scheduled or asyncio.all_tasks(loop):
        return False
    if len(internals._selector.get_map()) > 1 or getattr(internals, "_signal_handlers", None):
        return False  # more than the self-pipe
    changed = (internals._task_factory, internals._exception_handler, internals._default_executor)
    return all(value is None for value in changed) and loop.get_debug() == asyncio.coroutines._is_debug_mode()  # type: ignore[attr-defined]


def _is_held(loop: object, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> bool:
    """Return whether the override's module or the test's class holds *loop*, and may use it without the fixture."""
    places: list[Any] = [getattr(fixturedef.func, "__globals__", {})]
    if fixturedef.scope in {"class", "function"}:
        owner: Any = request
        places += [getattr(place, "__dict__", {}) for place in (owner.cls, owner.instance)]
    return any(value is loop for place in places for value in place.values())


@contextlib.contextmanager
def _noting_runs() -> Generator[list[asyncio.AbstractEventLoop], None, None]:
    """Collect the loops that run during the block: objects made there may belong to them."""
    original = asyncio.BaseEventLoop.run_forever
    loops: list[asyncio.AbstractEventLoop] = []

    def run_forever(self: asyncio.BaseEventLoop) -> None:
        loops.append(self)
        original(self)

    asyncio.BaseEventLoop.run_forever = run_forever  # type: ignore[method-assign]
    try:
        yield loops
    finally:
        asyncio.BaseEventLoop.run_forever = original  # type: ignore[method-assign]
