"""Leftovers are ended kind by kind, and described."""

from __future__ import annotations

import asyncio
from typing import Any

from asyncshim.plugin.loops.endings import Deadline, describe, end, end_all
from asyncshim.plugin.loops.leftovers import Leftover, collect
from asyncshim.plugin.loops.lifetimes import FUNCTION, start_in
from asyncshim.plugin.loops.recording import ownership_of
from asyncshim.plugin.loops.runners import Runner


def test_an_ended_scope_leaves_nothing_to_collect(runner: Runner) -> None:
    ownership = ownership_of(runner.loop, with_creator=False)
    kept: list[Any] = []

    async def leave() -> None:
        kept.append(runner.loop.call_later(3600, print))
        kept.append(await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0))
        kept.append(await asyncio.to_thread(int))

    start_in(FUNCTION, "test_x")
    runner.run(leave())
    leaks = end_all(runner, FUNCTION, 60, ownership)
    assert [leak.kind for leak in leaks] == ["timer", "server"]
    assert collect(runner.loop, FUNCTION, ownership) == []


def test_a_foreign_object_that_cannot_be_closed_does_not_fail_the_test(runner: Runner) -> None:
    class Broken:
        def close(self) -> None:
            raise LookupError

    leftover = Leftover("transport", Broken(), "broken", "somewhere")
    assert end(runner, [leftover], Deadline(60)) == [describe(leftover)]


def test_a_deadline_never_has_less_than_nothing_left() -> None:
    assert Deadline(-1).left() == 0
    assert 0 < Deadline(60).left() <= 60
