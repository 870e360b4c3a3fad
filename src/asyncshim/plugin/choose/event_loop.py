"""Overrides of ``event_loop``: pytest-asyncio 1.0 removed the fixture, but many suites still override it.

An override runs as the ordinary fixture that it is. The loop that it made is then *absorbed* (a plain fresh loop: all
tests use the shared loop, and the suite's clean-up finds its own idle one) or *adopted* (any other loop: a Runner of
its own drives it).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from asyncshim.plugin.choose import loop_holders, loop_scopes
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
    fixturedef.addfinalizer(functools.partial(_after_its_teardown, state, former, made))  # called last
    loop_scopes.enter(state, pytest_compat.item_of(request), fixturedef.scope, request)
    try:
        with current_loop_of(state).made_afresh(made), _noting_loops() as loops:
            value = yield
        found = pool.known(value)
        if isinstance(value, asyncio.AbstractEventLoop) and found is None:
            made.append(value)
            if _is_of_a_module(state, fixturedef, value, is_new=value in loops.made):
                _hold(state, fixturedef, value)
            is_fresh = value not in state.held_loops and value not in loops.have_run
            is_fresh = is_fresh and not _is_held(value, fixturedef, request)
            is_fresh = is_fresh and not predicates.is_fresh_loop(fixturedef)
            is_fresh = is_fresh and not loop_holders.waits_for_tasks(fixturedef.func)
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

    def wind_down() -> None:
        __tracebackhide__ = True
        runner = pool.known(loop)
        if runner is not None:
            loop_scopes.report(state, pool.discard(runner))

    is_noticed = _when_closed(loop, wind_down)
    pool.use(pool.adopt(loop))
    if is_noticed:
        fixturedef.addfinalizer(functools.partial(_begin_teardown, pool, loop))  # called first
        state.winding_down[loop] = wind_down
    else:
        fixturedef.addfinalizer(functools.partial(asyncio.set_event_loop, loop))
        fixturedef.addfinalizer(wind_down)
    return loop


def _begin_teardown(pool: Pool, loop: asyncio.AbstractEventLoop) -> None:
    """Let the tear-down of the override find its own loop."""
    runner = pool.known(loop)
    if runner is not None and not loop.is_closed():
        pool.use(runner)


def _when_closed(loop: Any, wind_down: Callable[[], None]) -> bool:
    """Call *wind_down* before code of the suite closes *loop*; return false if that cannot be noticed."""
    close = loop.close

    def close_after_that() -> None:
        __tracebackhide__ = True
        try:
            if not loop.is_running():  # otherwise close() raises
                with contextlib.suppress(AttributeError):
                    del loop.close
                if not loop.is_closed():
                    wind_down()
        finally:
            close()

    try:
        loop.close = close_after_that
    except AttributeError:
        return False
    return True


def _is_of_a_module(
    state: State, fixturedef: pytest.FixtureDef[Any], loop: asyncio.AbstractEventLoop, *, is_new: bool
) -> bool:
    """Return whether a module of the suite holds *loop*. For loops that the override makes, it is asked once."""
    known = state.holds_new_loops.get(fixturedef)
    if not is_new or known is None:
        known = loop_holders.is_held_by_module(loop, str(state.config.rootpath), fixturedef.func)
    if is_new:
        state.holds_new_loops[fixturedef] = known
    return known


def _hold(state: State, fixturedef: pytest.FixtureDef[Any], loop: asyncio.AbstractEventLoop) -> None:
    """Keep *loop* open until the session ends; close those that the modules have replaced."""
    root, pool = str(state.config.rootpath), pool_of(state)
    for former in state.held_loops - {loop}:
        is_idle = pool.known(former) is None and not former.is_running()
        if is_idle and not loop_holders.is_held_by_module(former, root, fixturedef.func):
            state.held_loops.discard(former)
            former.close()
    state.held_loops.add(loop)


def _after_its_teardown(state: State, former: Runner | None, made: list[asyncio.AbstractEventLoop]) -> None:
    """Cancel what the override's own tear-down has left, and close its loop, as 0.21 did for overrides that do not."""
    __tracebackhide__ = True
    pool = pool_of(state)
    try:
        for loop in made:
            wind_down = state.winding_down.pop(loop, None)
            if wind_down is not None:
                with contextlib.suppress(AttributeError):
                    del loop.close
                wind_down()
    finally:
        for loop in made:
            if loop.is_closed():
                state.held_loops.discard(loop)
            elif loop not in state.held_loops and not loop.is_running():
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


class _NotedLoops(NamedTuple):
    made: list[asyncio.BaseEventLoop]
    have_run: list[asyncio.BaseEventLoop]


@contextlib.contextmanager
def _noting_loops() -> Generator[_NotedLoops, None, None]:
    """Collect the loops that are made during the block, and those that run: objects made there may belong to them."""
    base: Any = asyncio.BaseEventLoop
    former_init, former_run = base.__init__, base.run_forever
    noted = _NotedLoops([], [])

    def init(self: asyncio.BaseEventLoop) -> None:
        noted.made.append(self)
        former_init(self)

    def run_forever(self: asyncio.BaseEventLoop) -> None:
        noted.have_run.append(self)
        former_run(self)

    base.__init__, base.run_forever = init, run_forever
    try:
        yield noted
    finally:
        base.__init__, base.run_forever = former_init, former_run
