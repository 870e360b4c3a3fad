"""Choose the Runner of an async test or fixture that may not use the shared Runner."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.choose import given_loops, loop_factories, loop_scopes, outer_loop
from asyncshim.plugin.choose.session_pool import pool_of
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite import inspecting_plugins, marks, predicates
from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runners import LoopFactory, Runner


def runner_for(
    state: State,
    request: pytest.FixtureRequest,
    item: pytest.Item,
    loop_scope: str,
    fixturedef: pytest.FixtureDef[Any] | None = None,
) -> Runner:
    """Return the Runner for what *request* starts with *loop_scope*: an async fixture, or the test *item* itself."""
    from asyncshim.plugin.choose import event_loop

    if state.plan.outer_loop is not None and pool_of(state).running_loop() is state.plan.outer_loop:
        outer_loop.refuse(state.plan.outer_loop, item, fixturedef)
    if state.given_loops.blocks:
        given = given_loops.runner(state)
        if given is not None:
            return pool_of(state).use(given)
    found = event_loop.adopted_runner(state, request, item, fixturedef)
    return own_runner_for(state, request, item, loop_scope, fixturedef) if found is None else pool_of(state).use(found)


def own_runner_for(
    state: State,
    request: pytest.FixtureRequest,
    item: pytest.Item,
    loop_scope: str,
    fixturedef: pytest.FixtureDef[Any] | None = None,
) -> Runner:
    """Return the Runner, ignoring overrides of ``event_loop``."""
    runner = unannounced(state, request, item, loop_scope, fixturedef)
    if state.plan.announces_runners:
        _announce(item, runner, _owner(state, item, loop_scope, fixturedef))
        pool_of(state).use(runner)
    return runner


def unannounced(
    state: State,
    request: pytest.FixtureRequest,
    item: pytest.Item,
    loop_scope: str,
    fixturedef: pytest.FixtureDef[Any] | None = None,
) -> Runner:
    """Return the Runner for the fixtures by which :func:`own_runner_for` announces it."""
    from asyncshim.plugin.choose import event_loop_policy

    policy = None
    factory = loop_factories.chosen(state, request, item, fixturedef)
    if factory is None:
        policy = event_loop_policy.chosen(state, request, item, fixturedef)
    owner = _owner(state, item, loop_scope, fixturedef)
    return pool_of(state).use(_pooled(state, item, owner, factory, policy))


def _announce(item: pytest.Item, runner: Runner, owner: object) -> None:
    """Set up the fixture that is the Runner of *owner*: plugins wait for that to change the loop."""
    kinds: dict[type[Any], str] = {
        pytest.Session: "session",
        pytest.Package: "package",
        pytest.Module: "module",
        pytest.Class: "class",
    }
    scope = next((scope for kind, scope in kinds.items() if isinstance(owner, kind)), "function")
    pytest_compat.request_of(item).getfixturevalue(inspecting_plugins.name_of_runner(scope))
    runner.accept_changes()  # which last as long as the loop


def prepare(state: State, item: pytest.Item) -> None:
    """Before the set-up of an async test: let it use the fixtures that plugins look for among its arguments."""
    if predicates.is_async_test(state, item):
        names = pytest_compat.fixture_names(item)
        if inspecting_plugins.POLICY_FIXTURE not in names:
            names.insert(0, inspecting_plugins.POLICY_FIXTURE)


def make_current(state: State, item: pytest.Function) -> None:
    """Before the call of an async test: make its loop current for plugins that look for it."""
    runner_of_test(state, item, loop_scopes.loop_scope_of(state, item))


def runner_of_test(state: State, item: pytest.Item, loop_scope: str) -> Runner:
    """Return the Runner for the coroutine of the test *item* itself."""
    from asyncshim.plugin.choose import event_loop_policy

    request = pytest_compat.request_of(item)
    found = runner_for(state, request, item, loop_scope)
    return found if found.adopted else event_loop_policy.runner_of_current_loop(state, request, item, found, loop_scope)


def present_runner(state: State) -> Runner:
    """Return the Runner for the synchronous code of the current test."""
    item = state.item
    if item is None or not isinstance(item, pytest.Function):
        pool = pool_of(state)
        return pool.use(pool.current or pool.default())
    return runner_for(state, pytest_compat.request_of(item), item, loop_scopes.loop_scope_of(state, item))


def _pooled(
    state: State, item: pytest.Item, owner: object, factory: LoopFactory | None, policy: object | None
) -> Runner:
    key = factory or policy
    pool = pool_of(state)
    if key is None and owner is item.session and state.settings.runner == "session":
        return pool.default()
    before = len(pool)
    runner = pool.get(key, owner, factory, policy)
    if owner is item:
        if runner not in state.ending:
            state.ending.append(runner)
    elif len(pool) != before and owner is not item.session:
        pytest_compat.when_node_ends(item, owner, functools.partial(_discard, state, runner))
    return runner


def _discard(state: State, runner: Runner) -> None:
    __tracebackhide__ = True
    loop_scopes.report(state, pool_of(state).discard(runner))


def _owner(state: State, item: pytest.Item, loop_scope: str, fixturedef: pytest.FixtureDef[Any] | None) -> object:
    """Return the node that the Runner is for: by default the session, as for fixtures that outlive the marked node."""
    if marks.named(marks.of(item), "own_runner"):
        for node in item.iter_parents() if hasattr(item, "iter_parents") else reversed(item.listchain()):
            if any(mark.name == "own_runner" for mark in node.own_markers):
                scopes = {"function", "class"} if isinstance(node, pytest.Class) else {"function"}
                if fixturedef is None or fixturedef.scope in scopes:
                    return item if isinstance(node, pytest.Module) else node
                break
    if state.settings.runner == "loop_scope":
        return pytest_compat.scope_node(item, loop_scope)
    if state.plan.announces_runners and loop_scope == "function" and _has_own_loop(state, item, fixturedef):
        return item
    return item.session


def _has_own_loop(state: State, item: pytest.Item, fixturedef: pytest.FixtureDef[Any] | None) -> bool:
    """Return whether a plugin may change the loop for this test alone."""
    if fixturedef is not None and fixturedef.scope != "function":
        return False
    return loop_scopes.loop_scope_of(state, item) == "function" and inspecting_plugins.needs_own_loop(item)
