"""The scope of each thing on a loop is noted weakly, and by identity."""

from __future__ import annotations

import asyncio
import gc

from asyncshim.plugin.loops.lifetimes import FUNCTION, go_back_to, present_place, start_in
from asyncshim.plugin.loops.ownership import Ownership, WeakIdentities
from asyncshim.plugin.loops.runners import LoopScope


class Equal:
    """Equal to all others."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def test_values_are_found_by_identity_and_forgotten_with_their_object() -> None:
    values: WeakIdentities[str] = WeakIdentities()
    one, two = Equal(), Equal()
    values.set(one, "one")
    assert (values.get(one), values.get(two)) == ("one", None)
    values.set(one, "again")
    assert values.get(one) == "again"
    del one
    gc.collect()
    assert values._entries == {}
    values.set(number := 12345, "cannot be referred to weakly")
    assert values.get(number) == "cannot be referred to weakly"


def test_things_without_a_scope_are_adopted_by_a_wider_scope_only() -> None:
    module, former = LoopScope("module"), present_place()
    loop = asyncio.SelectorEventLoop()
    try:
        ownership = Ownership(loop, with_creator=False)
        go_back_to(None)
        timer = loop.call_later(3600, print)
        start_in(FUNCTION, "test_it")
        ownership.adopt(loop)
        assert ownership.is_in(FUNCTION, timer)
        assert ownership.place_of(timer) is None
        start_in(module, "test_it")
        ownership.adopt(loop)
        assert ownership.is_in(module, timer)
    finally:
        go_back_to(former)
        loop.close()
