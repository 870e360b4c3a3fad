"""The ``event_loop`` fixture, removed in pytest-asyncio 1.0, and what becomes of a suite's own override of it.

An override is run as the ordinary fixture that it is. What it made is then *absorbed* (a plain fresh loop: everybody
gets the shared one, the suite's clean-up runs against its own idle loop) or *adopted* (anything else: a Runner of its
own drives that very loop).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.run import fixtures, tests
from asyncshim.plugin.suite import marks, wrapped_event_loop

if TYPE_CHECKING:
    from asyncshim.plugin.lifecycle import Shim
    from asyncshim.plugin.loops.runner_pool import Pool
    from asyncshim.plugin.loops.runners import LoopRunner

NAME = "event_loop"
_DEFAULT_CLASS: type = getattr(asyncio, "ProactorEventLoop", asyncio.SelectorEventLoop)  # the former on Windows


def adopted_runner(
    shim: Shim, request: pytest.FixtureRequest, item: pytest.Item, fixturedef: pytest.FixtureDef[Any] | None
) -> LoopRunner | None:
    """The Runner of the override that *item* resolves to, which is set up if need be; ``None`` if it has none."""
    override = shim.overrides.nearest(item, NAME)
    if override is None or override is fixturedef:
        return None
    if fixturedef is not None and not pytest_compat.wider_or_same(override, fixturedef):
        return None
    loop = request.getfixturevalue(NAME)
    if fixturedef is not None:  # as if it had requested the loop: it is torn down first
        override.addfinalizer(pytest_compat.finisher(fixturedef, request))
    return shim.pool.known(loop)


def prepare(shim: Shim, item: pytest.Item) -> None:
    """Before *item* is set up: the loop that it will ask for is its own."""
    if shim.loop_fixtures:
        _forget_other_loops(shim, item)
    if shim.overrides.nearest(item, NAME) is not None and tests.is_async_test(shim, item):
        # As 0.21 did: the override of an async test comes first, because any other fixture may ask for the loop.
        names = pytest_compat.fixture_names(item)
        if names[:1] != [NAME]:
            names[:] = [NAME, *(name for name in names if name != NAME)]


def _forget_other_loops(shim: Shim, item: pytest.Item) -> None:
    """Our fixtures are session-scoped, so that any scope may request them; what they gave is not for every test."""
    values = [fixturedef.cached_result[0] for fixturedef in shim.loop_fixtures if fixturedef.cached_result is not None]
    is_alone = shim.is_simple and len(shim.pool) == 1 and not marks.named(marks.of(item), "own_runner")
    if is_alone and not any(value is not None and value.is_closed() for value in values):
        return
    for fixturedef in shim.loop_fixtures:
        pytest_compat.forget_value(fixturedef)
    shim.loop_fixtures.clear()


def set_up_override(
    shim: Shim, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Around the set-up of a suite's own ``event_loop``: let it run, then absorb or adopt what it made."""
    __tracebackhide__ = True
    pool = shim.pool
    former = pool.current
    made: list[asyncio.AbstractEventLoop] = []
    fixturedef.addfinalizer(functools.partial(_after_its_teardown, pool, former, made))  # called last
    shim.scopes.enter(pytest_compat.item_of(request), fixturedef.scope, request)
    try:
        with shim.current_loop.made_afresh(made), _noting_runs() as have_run:
            value = yield
        found = pool.known(value)
        if isinstance(value, asyncio.AbstractEventLoop) and found is None:
            made.append(value)
            is_fresh = value not in have_run and not _is_held(value, fixturedef, request)
            is_fresh = is_fresh and not wrapped_event_loop.is_substitute(fixturedef)
            absorbed = is_fresh and shim.settings.runner == "session" and is_plain(value)
            return _absorb(shim, fixturedef, value) if absorbed else _adopt(shim, fixturedef, value)
        current = found or former
        if current is not None:
            pool.use(current)
        return value
    finally:
        shim.scopes.leave(request)


def _absorb(
    shim: Shim, fixturedef: pytest.FixtureDef[Any], loop: asyncio.AbstractEventLoop
) -> asyncio.AbstractEventLoop:
    runner = shim.pool.use(shim.pool.default())
    fixturedef.addfinalizer(functools.partial(asyncio.set_event_loop, loop))  # what its clean-up code expects to find
    if fixturedef.cached_result is not None:
        fixturedef.cached_result = (runner.loop, fixturedef.cached_result[1], None)
    return runner.loop


def _adopt(
    shim: Shim, fixturedef: pytest.FixtureDef[Any], loop: asyncio.AbstractEventLoop
) -> asyncio.AbstractEventLoop:
    runner = shim.pool.use(shim.pool.adopt(loop))

    def wind_down() -> None:
        shim.scopes.report(shim.pool.discard(runner))
        asyncio.set_event_loop(loop)

    fixturedef.addfinalizer(wind_down)  # called first
    return loop


def _after_its_teardown(pool: Pool, former: LoopRunner | None, made: list[asyncio.AbstractEventLoop]) -> None:
    for loop in made:  # as 0.21 did, for overrides that do not
        if not loop.is_closed() and not loop.is_running():
            loop.close()
    asyncio.set_event_loop(None)
    if former is not None and not former.loop.is_closed():
        pool.use(former)


def is_plain(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the shared loop can stand in for *loop*: the platform's default class, idle, nothing set, nothing due."""
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
    """Whether the override's module or the test's class holds *loop*: their code may use it without asking for it."""
    places: list[Any] = [getattr(fixturedef.func, "__globals__", {})]
    if fixturedef.scope in {"class", "function"}:
        owner: Any = request
        places += [getattr(place, "__dict__", {}) for place in (owner.cls, owner.instance)]
    return any(value is loop for place in places for value in place.values())


@contextlib.contextmanager
def _noting_runs() -> Generator[list[asyncio.AbstractEventLoop], None, None]:
    """The loops on which something is run meanwhile: what that made may belong to them."""
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


def inject_parametrized(session: pytest.Session) -> None:
    """Let a parametrized override parametrize the tests that use async fixtures, as it did up to 0.21.

    There each async fixture requested ``event_loop``, whether its function did or not.
    """
    for fixturedef in pytest_compat.definitions(session):
        if fixturedef.argname != NAME and NAME not in fixturedef.argnames and fixtures.is_async(fixturedef.func):
            fixturedef.argnames += (NAME,)  # type: ignore[misc]
            fixturedef._asyncshim_injected = True  # type: ignore[attr-defined]
