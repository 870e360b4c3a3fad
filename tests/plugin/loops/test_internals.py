"""Private attributes of asyncio's loops are read; loops without them have nothing to read."""

from __future__ import annotations

import asyncio
from typing import Any

from asyncshim.plugin.loops import internals


class Foreign:
    """A loop without private attributes."""


def test_a_loop_without_private_attributes_has_nothing_to_read() -> None:
    loop: Any = Foreign()
    internals.drop_timers(loop, [])
    assert internals.timers(loop) == []
    assert internals.callbacks(loop) == []
    assert list(internals.watched(loop)) == []
    assert internals.transports(loop) == []
    assert internals.signal_handlers(loop) == {}
    assert internals.default_executor(loop) is None


def test_the_descriptors_of_the_loop_itself_are_not_read() -> None:
    loop = asyncio.SelectorEventLoop()
    try:
        loop.add_writer(loop._csock, print)  # type: ignore[attr-defined]
        (found,) = internals.watched(loop)
        assert found.descriptor == loop._csock.fileno()  # type: ignore[attr-defined]
        loop.remove_writer(loop._csock)  # type: ignore[attr-defined]
    finally:
        loop.close()


def test_dropped_and_cancelled_timers_leave_the_table_of_the_loop_and_the_others_stay_in_order() -> None:
    loop: Any = asyncio.SelectorEventLoop()
    try:
        handles = [loop.call_later(delay, print) for delay in (5, 1, 4, 2, 3)]
        handles[3].cancel()
        internals.drop_timers(loop, [handles[0]])
        assert sorted(loop._scheduled) == [handles[1], handles[4], handles[2]]
        assert loop._scheduled[0] is handles[1]
        assert loop._timer_cancelled_count == 0
        handles[1].cancel()
        assert loop._timer_cancelled_count == 1
    finally:
        loop.close()
