"""The suite's own ``event_loop`` and ``event_loop_policy``: whether there are any, and which one a test sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.takeover import claim

if TYPE_CHECKING:
    from asyncshim.plugin.lifecycle import Shim


class Overrides:
    """The fixtures of one session that stand in the place of ours."""

    def __init__(self, shim: Shim) -> None:
        self._shim = shim
        self._exist: dict[str, bool] = {}

    def watch(self, session: pytest.Session) -> None:
        """Attend to an ``event_loop_policy`` or a parametrized ``event_loop`` of the suite, once one is defined."""
        if not self._shim.has_policy_override and _definitions(session, "event_loop_policy"):
            self._shim.has_policy_override = True
            pytest_compat.make_autouse(session, "event_loop_policy")
        if any(override.params for override in _definitions(session, "event_loop")):
            from asyncshim.plugin.choose import event_loop

            event_loop.inject_parametrized(session)

    def exist(self, name: str) -> bool:
        """Whether the suite defines a fixture called *name* beside ours; asked after collection."""
        known = self._exist.get(name)
        if known is None:
            assert self._shim.session is not None
            known = self._exist[name] = bool(_definitions(self._shim.session, name))
        return known

    def nearest(self, item: pytest.Item, name: str) -> pytest.FixtureDef[Any] | None:
        """The suite's own fixture *name* as *item* sees it, if it has one."""
        if not self.exist(name):
            return None
        definitions = pytest_compat.visible_definitions(item.session, name, item)
        nearest = definitions[-1] if definitions else None
        return None if nearest is None or claim.is_ours(nearest) else nearest

    def loop_scope(self, item: pytest.Item) -> str | None:
        """The scope of the suite's own ``event_loop`` for *item*: up to 0.26 what a test started lived as long."""
        override = self.nearest(item, "event_loop")
        return None if override is None else override.scope


def _definitions(session: pytest.Session, name: str) -> list[pytest.FixtureDef[Any]]:
    return [found for found in pytest_compat.definitions(session, name) if not claim.is_ours(found)]
