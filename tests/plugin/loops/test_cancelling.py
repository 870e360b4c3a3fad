"""Tasks that wait in a cycle or a long chain are cancelled, too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from asyncshim.plugin.loops.cancelling import cancel, cancel_all


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def make_cycle(
    loop: asyncio.AbstractEventLoop, number: int, *, with_gather: bool = False
) -> tuple[list[asyncio.Task[None]], list[int]]:
    tasks: list[asyncio.Task[None]] = []
    cancelled: list[int] = []

    async def wait(position: int) -> None:
        await asyncio.sleep(0)
        following = tasks[(position + 1) % number]
        try:
            await (asyncio.gather(following) if with_gather else following)
        except asyncio.CancelledError:
            cancelled.append(position)
            raise

    tasks += [loop.create_task(wait(position)) for position in range(number)]
    loop.run_until_complete(settle())
    return tasks, cancelled


@pytest.mark.parametrize("number", [2, 3, 2_000])
@pytest.mark.parametrize("with_gather", [False, True])
def test_all_tasks_of_a_cycle_are_cancelled(loop: asyncio.AbstractEventLoop, number: int, *, with_gather: bool) -> None:
    tasks, cancelled = make_cycle(loop, number, with_gather=with_gather)
    loop.call_soon(cancel, tasks[0])
    loop.run_until_complete(asyncio.wait(tasks))
    assert all(task.cancelled() for task in tasks)
    assert sorted(cancelled) == list(range(number))


def test_a_task_that_awaits_one_of_a_cycle_is_cancelled(loop: asyncio.AbstractEventLoop) -> None:
    tasks, _ = make_cycle(loop, 2)

    async def outside() -> None:
        await asyncio.gather(tasks[0], return_exceptions=True)
        await asyncio.Event().wait()

    task = loop.create_task(outside())
    loop.run_until_complete(settle())
    loop.call_soon(cancel, task)
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(task)


def test_a_chain_of_thousands_of_tasks_is_cancelled(loop: asyncio.AbstractEventLoop) -> None:
    async def innermost() -> None:
        await asyncio.Event().wait()

    async def wait(task: asyncio.Task[None]) -> None:
        await task

    tasks = [loop.create_task(innermost())]
    for _ in range(5_000):
        tasks.append(loop.create_task(wait(tasks[-1])))
    loop.run_until_complete(settle())
    cancel(tasks[-1])
    loop.run_until_complete(asyncio.wait(tasks))
    assert all(task.cancelled() for task in tasks)


def test_a_task_that_has_not_begun_and_one_that_waits_for_a_future_are_cancelled(
    loop: asyncio.AbstractEventLoop,
) -> None:
    waiting = loop.create_task(asyncio.Event().wait())
    loop.run_until_complete(settle())
    new = loop.create_task(asyncio.Event().wait())
    cancel(waiting)
    cancel(new)
    loop.run_until_complete(asyncio.wait([waiting, new]))
    assert waiting.cancelled()
    assert new.cancelled()


def test_many_tasks_of_a_chain_and_of_a_cycle_are_cancelled_together(loop: asyncio.AbstractEventLoop) -> None:
    in_cycle, _ = make_cycle(loop, 2_000)

    async def wait(task: asyncio.Task[None]) -> None:
        await task

    before_cycle = [loop.create_task(wait(in_cycle[0]))]
    for _ in range(2_000):
        before_cycle.append(loop.create_task(wait(before_cycle[-1])))
    loop.run_until_complete(settle())
    loop.call_soon(cancel_all, [*in_cycle, *before_cycle])
    loop.run_until_complete(asyncio.wait([*in_cycle, *before_cycle]))
    assert all(task.cancelled() for task in [*in_cycle, *before_cycle])
