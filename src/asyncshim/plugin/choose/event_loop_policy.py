"""Policies that a suite chooses, by fixture (since 0.23, deprecated in 1.3) or marker (0.22): a Runner for each."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.choose.session_pool import pool_of
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.loops import loop_policy
from asyncshim.plugin.suite import marks, overrides
from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runners import Runner

NAME = "event_loop_policy"

_NOT_ONE_POLICY = """\
mark.asyncio_event_loop 'policy' must be one event loop policy. \
Use the pytest_asyncio_loop_factories hook to run tests on several kinds of loops."""


def chosen(
    state: State, request: pytest.FixtureRequest, item: pytest.Item, fixturedef: pytest.FixtureDef[Any] | None
) -> object | None:
    """Return the policy that the suite chose for *item*; ``None`` for the current one."""
    if not state.plan.has_policy_choice:
        return None
    override = overrides.nearest(state, item, NAME)
    if override is None:
        return _of_marker(item, fixturedef)
    if override is fixturedef:
        return None
    if fixturedef is not None and not pytest_compat.wider_or_same(override, fixturedef):
        return None
    policy: object = request.getfixturevalue(NAME)
    pool = pool_of(state)
    if not pool.has(policy):
        if policy is loop_policy.get_policy():
            return None
        override.addfinalizer(functools.partial(pool.discard_all, policy))
    if fixturedef is not None:
        override.addfinalizer(pytest_compat.finisher(fixturedef, request))
    return policy


def runner_of_current_loop(
    state: State, request: pytest.FixtureRequest, item: pytest.Item, runner: Runner, loop_scope: str
) -> Runner:
    """Return the Runner for the async test *item*, whose fixtures run on *runner*.

    It is another one if the suite's policy overrides ``get_event_loop()`` and not ``new_event_loop()``: 0.23 to 0.26
    ran tests on what the former returned, fixtures on what the latter made.
    """
    override = overrides.nearest(state, item, NAME) if state.plan.has_policy_choice else None
    if override is None:
        return runner
    policy: object = request.getfixturevalue(NAME)
    if not _overrides_current_loop_only(policy):
        return runner
    runner.attach()
    kind: Any = policy.__class__
    loop: object = kind.get_event_loop(policy)
    if loop is runner.loop or not isinstance(loop, asyncio.AbstractEventLoop):
        return runner
    pool = pool_of(state)
    found = pool.known(loop) or pool.get(policy, loop, lambda: loop, runner.policy)
    if loop_scope == "function":
        if found not in state.ending:
            state.ending.append(found)
    else:
        override.addfinalizer(functools.partial(pool.discard, found))
    return pool.use(found)


def _overrides_current_loop_only(policy: object) -> bool:
    kind: Any = type(policy)
    stock: Any = next((base for base in kind.__mro__ if base.__module__.partition(".")[0] == "asyncio"), None)
    if stock is None or kind.get_event_loop is stock.get_event_loop:
        return False
    makers = ("new_event_loop", "_loop_factory")
    return all(getattr(kind, name, None) is getattr(stock, name, None) for name in makers)


def _of_marker(item: pytest.Item, fixturedef: pytest.FixtureDef[Any] | None) -> object | None:
    """Return the policy of ``@pytest.mark.asyncio_event_loop(policy=…)``, which 0.22 had for classes and modules."""
    found = next(iter(item.iter_markers_with_node(marks.POLICY_MARKER)), None)
    if found is None or found[1].kwargs.get("policy") is None:
        return None
    node, mark = found
    if fixturedef is not None and node not in pytest_compat.scope_node(item, fixturedef.scope).listchain():
        return None  # the fixture outlives what is marked
    policy: object = mark.kwargs["policy"]
    if not hasattr(policy, "new_event_loop"):
        pytest.fail(f"{item.nodeid}: {_NOT_ONE_POLICY}", pytrace=False)
    return policy
