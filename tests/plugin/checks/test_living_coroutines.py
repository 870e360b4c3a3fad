"""Which test has created a coroutine that has not begun."""

from __future__ import annotations

import weakref
from typing import Any

from asyncshim.plugin.checks.living_coroutines import Creator, LivingCoroutines

FIRST = Creator("test_it.py::test_first", ("test_it.py", 1, "test_first"))
SECOND = Creator("test_it.py::test_second", ("test_it.py", 2, "test_second"))


async def fetch() -> None:
    """Do nothing."""


def test_a_coroutine_belongs_to_the_test_after_which_it_was_seen_first() -> None:
    living = LivingCoroutines()
    living.update(None)
    first: Any = fetch()
    living.update(FIRST)
    second: Any = fetch()
    living.update(SECOND)
    assert living
    assert living.find(first, None) == FIRST
    assert living.find(second, None) == SECOND
    third: Any = fetch()
    assert living.find(third, SECOND) == SECOND
    left = [coroutine for coroutine, _ in living.left()]
    assert [coroutine in left for coroutine in (first, second, third)] == [True, True, False]
    for coroutine in (first, second, third):
        coroutine.close()
    living.update(SECOND)
    assert not living


def test_one_that_was_there_before_the_first_test_belongs_to_none() -> None:
    early: Any = fetch()
    living = LivingCoroutines()
    living.update(None)
    assert living.find(early, FIRST) is None
    assert early not in [coroutine for coroutine, _ in living.left()]
    early.close()


def test_a_cycle_is_collected() -> None:
    class Node:
        """Refers to itself."""

    living = LivingCoroutines()
    living.update(None)
    node: Any = Node()
    node.itself, alive = node, weakref.ref(node)
    del node
    living.update(FIRST)
    assert alive() is None
