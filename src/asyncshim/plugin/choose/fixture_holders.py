"""The fixtures that hold what a narrower loop scope leaves behind, so that it lives as long as they do."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite.state import State
from asyncshim.pytest_options import LOOP_SCOPES

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runners import HeldScope, Holder

_Roots = tuple[tuple[str, pytest.Item | pytest.Collector], list[object]]


def claim(
    state: State,
    end_held: Callable[[pytest.Item | pytest.Collector], None],
    left: Sequence[object],
    descriptors: Mapping[int, int],
) -> Mapping[int, Holder]:
    """Return the holders of what is *left* when a loop scope ends; *end_held* is called when the holder's node ends."""
    levels = _levels(state)
    if not levels:
        return {}
    from asyncshim.plugin.loops.holders import held  # the package may hold the module of a session inside this one
    from asyncshim.plugin.loops.runners import Holder

    found = held(left, levels, descriptors)
    return {key: Holder(_scope_of(state, node, end_held), name) for key, (name, node) in found.items()}


def _levels(state: State) -> list[list[_Roots]]:
    """Return the fixtures that are still set up, the widest first, each with what it holds."""
    levels: dict[str, list[_Roots]] = {scope: [] for scope in LOOP_SCOPES}
    classes: set[pytest.Class] = set()
    for fixturedef, node in state.scopes.fixtures.items():
        holdings = pytest_compat.holdings(fixturedef)
        if holdings is None:
            continue
        level = levels[fixturedef.scope]
        level.append(((f"the fixture {fixturedef.argname!r}", node), holdings))
        if fixturedef.scope == "class" and isinstance(node, pytest.Class) and node not in classes:
            classes.add(node)  # ``request.cls.client = …``
            level.append(((f"the class {node.name!r}", node), _attributes(node.obj)))
    return [levels[scope] for scope in reversed(LOOP_SCOPES) if levels[scope]]


def _attributes(owner: type) -> list[object]:
    return list(vars(owner).values())


def _scope_of(
    state: State,
    node: pytest.Item | pytest.Collector,
    end_held: Callable[[pytest.Item | pytest.Collector], None],
) -> HeldScope:
    """Return the scope of what the fixtures of *node* hold."""
    found = state.scopes.held.get(node)
    if found is None:
        from asyncshim.plugin.loops.runners import HeldScope

        found = state.scopes.held[node] = HeldScope("fixture")
        pytest_compat.when_fixtures_of_node_ended(node, functools.partial(end_held, node))
    return found
