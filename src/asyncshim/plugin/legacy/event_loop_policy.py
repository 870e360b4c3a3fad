"""Overrides of the ``event_loop_policy`` fixture (pytest-asyncio 0.23, deprecated in 1.3): a Runner for each policy."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin import loop_policy, pytest_compat

if TYPE_CHECKING:
    from asyncshim.plugin.session import Shim

NAME = "event_loop_policy"


def chosen(
    shim: Shim, request: pytest.FixtureRequest, item: pytest.Item, fixturedef: pytest.FixtureDef[Any] | None
) -> object | None:
    """The policy that the suite chose for *item*; ``None`` for the one in force."""
    override = shim.override_for(item, NAME)
    if override is None or override is fixturedef:
        return None
    if fixturedef is not None and not pytest_compat.wider_or_same(override, fixturedef):
        return None
    policy: object = request.getfixturevalue(NAME)
    if policy is loop_policy.get_policy() and not shim.pool.has(policy):
        return None
    if not shim.pool.has(policy):
        override.addfinalizer(functools.partial(shim.pool.discard_all, policy))
    if fixturedef is not None:
        override.addfinalizer(functools.partial(fixturedef.finish, request=request))
    return policy
