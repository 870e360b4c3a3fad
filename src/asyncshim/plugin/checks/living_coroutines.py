"""Which test has created a coroutine that has not begun: known when it is collected later, in another test."""

from __future__ import annotations

import gc
import inspect
from types import CoroutineType
from typing import Any, NamedTuple, TypeAlias

Coroutine: TypeAlias = "CoroutineType[Any, Any, Any]"


class Creator(NamedTuple):
    """The test that created a coroutine, and where pytest found the test."""

    nodeid: str
    location: tuple[str, int | None, str]


class _Known(NamedTuple):
    origin: object  # kept, so that no coroutine of the same address has the same one
    code: object
    creator: Creator | None


class LivingCoroutines:
    """The coroutines that have not begun, as of the end of the last phase."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}

    def update(self, creator: Creator | None) -> None:
        """Collect garbage; the new coroutines among those that are left belong to *creator*."""
        gc.collect()
        former, self._known = self._known, {}
        for coroutine in _not_begun():
            known = former.get(id(coroutine))
            if known is None or not _is_same(known, coroutine):
                known = _Known(coroutine.cr_origin, coroutine.cr_code, creator)
            self._known[id(coroutine)] = known

    def find(self, coroutine: Coroutine, otherwise: Creator | None) -> Creator | None:
        """Return the test that created *coroutine*: *otherwise* if it was not there when the last phase ended."""
        known = self._known.get(id(coroutine))
        return otherwise if known is None or not _is_same(known, coroutine) else known.creator

    def left(self) -> list[tuple[Coroutine, Creator]]:
        """Return the coroutines of tests that have not begun yet."""
        found = [(coroutine, self.find(coroutine, None)) for coroutine in _not_begun()]
        return [(coroutine, creator) for coroutine, creator in found if creator is not None]

    def __bool__(self) -> bool:
        return any(known.creator is not None for known in self._known.values())


def _is_same(known: _Known, coroutine: Coroutine) -> bool:
    return known.origin is coroutine.cr_origin and known.code is coroutine.cr_code


def _not_begun() -> list[Coroutine]:
    everything: list[Any] = gc.get_objects()
    coroutines: list[Coroutine] = [found for found in everything if type(found) is CoroutineType]
    return [found for found in coroutines if inspect.getcoroutinestate(found) == inspect.CORO_CREATED]
