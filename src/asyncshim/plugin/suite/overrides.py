"""The suite's own ``event_loop`` and ``event_loop_policy``: whether they exist, and which one a test sees."""

from __future__ import annotations

from typing import Any

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite import predicates
from asyncshim.plugin.suite.state import State


def watch(state: State, session: pytest.Session) -> None:
    """Prepare for an ``event_loop_policy`` or a parametrized ``event_loop`` of the suite as soon as one is defined."""
    if not state.has_policy_choice and _definitions(session, "event_loop_policy"):
        state.has_policy_choice = True
        pytest_compat.make_autouse(session, "event_loop_policy")
    if any(override.params for override in _definitions(session, "event_loop")):
        _inject_parametrized(session)


def _inject_parametrized(session: pytest.Session) -> None:
    """Let a parametrized override parametrize the tests that use async fixtures, as it did up to 0.21.

    In those releases each async fixture requested ``event_loop`` implicitly.
    """
    for found in pytest_compat.definitions(session):
        if found.argname != "event_loop" and "event_loop" not in found.argnames and predicates.is_async(found.func):
            found.argnames += ("event_loop",)  # type: ignore[misc]
            found._asyncshim_injected = True  # type: ignore[attr-defined]


def exist(state: State, name: str) -> bool:
    """Return whether the suite defines a fixture called *name*; asked after collection."""
    known = state.existing_overrides.get(name)
    if known is None:
        assert state.session is not None
        known = state.existing_overrides[name] = bool(_definitions(state.session, name))
    return known


def nearest(state: State, item: pytest.Item, name: str) -> pytest.FixtureDef[Any] | None:
    """Return the suite's own fixture *name* as *item* sees it, if it has one."""
    if not exist(state, name):
        return None
    definitions = pytest_compat.visible_definitions(item.session, name, item)
    found = definitions[-1] if definitions else None
    return None if found is None or predicates.is_ours(found) else found


def loop_scope(state: State, item: pytest.Item) -> str | None:
    """Return the scope of the suite's own ``event_loop`` for *item*: up to 0.26, tasks of a test lived as long."""
    override = nearest(state, item, "event_loop")
    return None if override is None else override.scope


def _definitions(session: pytest.Session, name: str) -> list[pytest.FixtureDef[Any]]:
    return [found for found in pytest_compat.definitions(session, name) if not predicates.is_ours(found)]
