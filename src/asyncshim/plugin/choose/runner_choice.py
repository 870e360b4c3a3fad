"""Which Runner serves which async test or fixture, where that is not the one shared Runner of every unmarked test."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.choose import loop_factories
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite import marks

if TYPE_CHECKING:
    from asyncshim.plugin.lifecycle import Shim
    from asyncshim.plugin.loops.runners import LoopFactory, LoopRunner


def runner_for(
    shim: Shim,
    request: pytest.FixtureRequest,
    item: pytest.Item,
    loop_scope: str,
    fixturedef: pytest.FixtureDef[Any] | None = None,
) -> LoopRunner:
    """The Runner for what *request* starts with *loop_scope*: an async fixture, or the test *item* itself."""
    from asyncshim.plugin.choose import event_loop

    found = event_loop.adopted_runner(shim, request, item, fixturedef)
    return own_runner_for(shim, request, item, loop_scope, fixturedef) if found is None else shim.pool.use(found)


def own_runner_for(
    shim: Shim,
    request: pytest.FixtureRequest,
    item: pytest.Item,
    loop_scope: str,
    fixturedef: pytest.FixtureDef[Any] | None = None,
) -> LoopRunner:
    """The same, as if no fixture overrode ``event_loop``."""
    from asyncshim.plugin.choose import event_loop_policy

    policy = None
    factory = loop_factories.chosen(shim, request, item, fixturedef)
    if factory is None:
        policy = event_loop_policy.chosen(shim, request, item, fixturedef)
    owner = _owner(shim, item, loop_scope, fixturedef)
    return shim.pool.use(_pooled(shim, item, owner, factory, policy))


def present_runner(shim: Shim) -> LoopRunner:
    """The Runner of the test that is running, for its synchronous code."""
    item = shim.item
    if item is None or not isinstance(item, pytest.Function):
        return shim.pool.use(shim.pool.current or shim.pool.default())
    return runner_for(shim, pytest_compat.request_of(item), item, marks.loop_scope_of(shim, item))


def _pooled(
    shim: Shim, item: pytest.Item, owner: object, factory: LoopFactory | None, policy: object | None
) -> LoopRunner:
    key = factory or policy
    if key is None and owner is item.session and shim.settings.runner == "session":
        return shim.pool.default()
    before = len(shim.pool)
    runner = shim.pool.get(key, owner, factory, policy)
    if owner is item:
        if runner not in shim.ending:
            shim.ending.append(runner)
    elif len(shim.pool) != before and owner is not item.session:
        pytest_compat.when_node_ends(item, owner, functools.partial(_discard, shim, runner))
    return runner


def _discard(shim: Shim, runner: LoopRunner) -> None:
    __tracebackhide__ = True
    shim.scopes.report(shim.pool.discard(runner))


def _owner(shim: Shim, item: pytest.Item, loop_scope: str, fixturedef: pytest.FixtureDef[Any] | None) -> object:
    """The node that the Runner is for: by default the session. A fixture that outlives that node is not its own."""
    if marks.named(marks.of(item), "own_runner"):
        for node in item.iter_parents() if hasattr(item, "iter_parents") else reversed(item.listchain()):
            if any(mark.name == "own_runner" for mark in node.own_markers):
                scopes = {"function", "class"} if isinstance(node, pytest.Class) else {"function"}
                if fixturedef is None or fixturedef.scope in scopes:
                    return item if isinstance(node, pytest.Module) else node
                break
    if shim.settings.runner == "loop_scope":
        return pytest_compat.scope_node(item, loop_scope)
    return item.session
