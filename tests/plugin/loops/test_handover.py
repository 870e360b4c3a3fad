"""What a claim gives to a holder is moved to its scope; everything else stays where it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from asyncshim.plugin.loops.async_generators import record_async_generators
from asyncshim.plugin.loops.handover import HandOver, hand_over_tasks
from asyncshim.plugin.loops.leftovers import collect
from asyncshim.plugin.loops.lifetimes import EVERYTHING, FUNCTION, SESSION, start_in, tasks_of
from asyncshim.plugin.loops.ownership import Ownership
from asyncshim.plugin.loops.runners import HeldScope, Holder, Runner


async def forever() -> None:
    await asyncio.Event().wait()


class Claims:
    """Gives *held* to one holder, and notes what it was asked about."""

    def __init__(self, *held: object) -> None:
        self.holder = Holder(HeldScope("fixture"), "the fixture 'it'")
        self.held = {id(what) for what in held}
        self.asked: list[list[object]] = []

    def __call__(self, left: Sequence[object], descriptors: Mapping[int, int]) -> dict[int, Holder]:
        self.asked.append(list(left))
        return {id(what): self.holder for what in left if id(what) in self.held}


@pytest.fixture
def scope() -> Any:
    start_in(FUNCTION, "the test")
    return FUNCTION


def test_a_held_task_and_what_it_starts_belong_to_the_scope_of_the_holder(runner: Runner, scope: Any) -> None:
    tasks: list[asyncio.Task[None]] = []
    go_on = asyncio.Event()

    async def parent() -> None:
        await go_on.wait()
        tasks.append(asyncio.create_task(forever()))
        await forever()

    async def start() -> None:
        tasks.extend(asyncio.create_task(coroutine) for coroutine in (parent(), forever()))
        await asyncio.sleep(0)

    async def continue_() -> None:
        go_on.set()
        for _ in range(3):
            await asyncio.sleep(0)

    runner.run(start())
    claims = Claims(tasks[0])
    hand_over_tasks(tasks_of(runner.loop, FUNCTION), claims)
    runner.run(continue_())
    assert tasks_of(runner.loop, FUNCTION) == {tasks[1]}
    assert tasks_of(runner.loop, SESSION) == {tasks[1]}
    assert tasks_of(runner.loop, claims.holder.scope) == {tasks[0], tasks[2]}
    assert tasks_of(runner.loop, EVERYTHING) == set(tasks)
    (leak, another) = runner.end_scope(claims.holder.scope, 60)
    assert {leak.starter, another.starter} == {"the test, held by the fixture 'it'"}


def test_timers_servers_and_async_generators_are_moved_and_are_asked_about_once(runner: Runner, scope: Any) -> None:
    loop: Any = runner.loop
    record_async_generators(loop)
    ownership = Ownership(loop, with_creator=True)

    async def numbers() -> AsyncIterator[int]:
        yield 1

    async def start() -> list[Any]:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        held, other = numbers(), numbers()
        await anext(held)
        await anext(other)
        return [loop.call_later(3600, print), server, held, loop.call_later(3600, print), other]

    timer, server, generator, *rest = runner.run(start())
    claims = Claims(timer, server, generator)
    handover = HandOver(loop, FUNCTION, ownership, claims)
    handover.run()
    handover.run()
    assert len(claims.asked) == 1
    assert {id(what) for what in claims.asked[0]} >= {id(what) for what in (timer, server, generator, *rest)}
    assert [leftover.what for leftover in collect(loop, FUNCTION, ownership)] == [rest[0]]
    assert [leftover.what for leftover in collect(loop, SESSION, ownership)] == [rest[0]]
    assert {leftover.what for leftover in collect(loop, claims.holder.scope, ownership)} == {timer, server}
    assert {leftover.starter for leftover in collect(loop, claims.holder.scope, ownership)} == {
        "the test, held by the fixture 'it'"
    }
    assert [leftover.kind for leftover in collect(loop, EVERYTHING, ownership)] == ["timer", "timer", "server"]
    server.close()

    async def close() -> None:
        for opened in (generator, rest[1]):
            await opened.aclose()

    runner.run(close())


def test_nobody_is_asked_when_nothing_is_left(runner: Runner, scope: Any) -> None:
    claims = Claims()
    HandOver(runner.loop, FUNCTION, Ownership(runner.loop, with_creator=False), claims).run()
    HandOver(runner.loop, FUNCTION, Ownership(runner.loop, with_creator=False), None).run()
    assert claims.asked == []
