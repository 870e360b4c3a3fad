"""Which task waits for which."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any

import pytest

from asyncshim.plugin.loops.cancelling import cancel_all
from asyncshim.plugin.loops.wait_graph import MAX_EDGES, WaitGraph


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    tasks = asyncio.all_tasks(loop)
    cancel_all(tasks)
    if tasks:  # none if the test was skipped
        loop.run_until_complete(asyncio.wait(tasks))
    loop.close()


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


def edges(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, None]) -> set[tuple[str, str]]:
    """Let *coroutine* run until it waits, and return who waits for whom, by name."""
    main = loop.create_task(coroutine, name="main")
    loop.run_until_complete(settle())
    tasks = [main, *(asyncio.all_tasks(loop) - {main})]
    graph = WaitGraph(tasks)
    return {(task.get_name(), awaited.get_name()) for task in tasks for awaited in graph.awaited(task)}


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def await_it(task: asyncio.Task[None]) -> None:
    await task


async def gather_it(task: asyncio.Task[None]) -> None:
    await asyncio.gather(asyncio.gather(task))


async def shield_it(task: asyncio.Task[None]) -> None:
    await asyncio.shield(task)


async def wait_for_it(task: asyncio.Task[None]) -> None:
    await asyncio.wait([task])


async def wait_for_it_with_limit(task: asyncio.Task[None]) -> None:
    await asyncio.wait_for(task, 60)


async def iterate_over_it(task: asyncio.Task[None]) -> None:
    for first in asyncio.as_completed([task]):
        await first


async def wait_for_its_event(task: asyncio.Task[None]) -> None:
    event = asyncio.Event()
    task.add_done_callback(lambda _: event.set())
    await event.wait()


async def wait_for_its_queue(task: asyncio.Task[None]) -> None:
    queue: asyncio.Queue[object] = asyncio.Queue()
    task.add_done_callback(queue.put_nowait)
    await queue.get()


@pytest.mark.parametrize(
    "wait",
    [
        await_it,
        gather_it,
        shield_it,
        wait_for_it,
        wait_for_it_with_limit,
        iterate_over_it,
        wait_for_its_event,
        wait_for_its_queue,
    ],
)
def test_a_task_that_another_one_waits_for_is_found(
    loop: asyncio.AbstractEventLoop, wait: Callable[[asyncio.Task[None]], Awaitable[None]]
) -> None:
    async def main() -> None:
        task = asyncio.create_task(forever(), name="awaited")
        other = asyncio.create_task(forever(), name="other")
        await wait(task)
        await other

    assert edges(loop, main()) == {("main", "awaited")}


def test_a_task_group_waits_for_its_tasks_at_its_end(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(forever(), name="one")
            group.create_task(forever(), name="two")

    assert edges(loop, main()) == {("main", "one"), ("main", "two")}


def test_inside_a_task_group_the_parent_waits_for_something_else(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        event = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(forever(), name="in the group")
            await event.wait()

    expected: set[tuple[str, str]] = set() if sys.version_info < (3, 14) else edges_of_python()
    assert edges(loop, main()) == expected


def edges_of_python() -> set[tuple[str, str]]:
    """Python 3.14 notes a link to the parent from the moment when the task is made."""
    return {("main", "in the group")}


def test_an_anyio_task_group_waits_for_its_tasks(loop: asyncio.AbstractEventLoop) -> None:
    anyio = pytest.importorskip("anyio")

    async def main() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(forever, name="in the group")

    assert edges(loop, main()) == {("main", "in the group")}


def test_tasks_that_wait_for_each_other_are_a_cycle(loop: asyncio.AbstractEventLoop) -> None:
    tasks: dict[str, asyncio.Task[None]] = {}

    async def wait(name: str) -> None:
        await asyncio.sleep(0)
        await asyncio.wait([tasks[name]])

    names = {"a": "b", "b": "c", "c": "a", "outside": "a"}
    tasks.update({name: loop.create_task(wait(other), name=name) for name, other in names.items()})
    loop.run_until_complete(settle())
    graph = WaitGraph(tasks.values())
    assert [[task.get_name() for task in cycle] for cycle in graph.cycles()] == [["a", "b", "c"]]
    assert graph.roots() == [tasks["outside"]]


def test_there_are_no_more_edges_than_can_be_counted(loop: asyncio.AbstractEventLoop) -> None:
    """Each of 300 tasks waits for each of 300 others: 90,000 edges."""

    async def main() -> None:
        awaited = asyncio.gather(*(asyncio.create_task(forever()) for _ in range(300)))

        async def wait() -> None:
            await awaited

        await asyncio.gather(*(asyncio.create_task(wait()) for _ in range(300)), return_exceptions=True)

    loop.create_task(main())
    loop.run_until_complete(settle())
    graph = WaitGraph(asyncio.all_tasks(loop))
    assert not graph.is_complete
    assert sum(map(len, graph.edges.values())) == MAX_EDGES


def test_at_most_five_cycles_are_named(loop: asyncio.AbstractEventLoop) -> None:
    tasks: dict[int, asyncio.Task[None]] = {}

    async def wait(number: int) -> None:
        await asyncio.sleep(0)
        await asyncio.wait([tasks[number]])

    tasks.update({number: loop.create_task(wait(number ^ 1)) for number in range(16)})
    loop.run_until_complete(settle())
    cycles = WaitGraph(tasks.values()).cycles()
    assert cycles == [[tasks[number], tasks[number + 1]] for number in range(0, 10, 2)]


def test_a_task_that_waits_for_another_in_two_ways_has_one_edge(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        task = asyncio.create_task(forever(), name="awaited")
        await asyncio.gather(asyncio.shield(task), asyncio.gather(task), task)

    main_task = loop.create_task(main())
    loop.run_until_complete(settle())
    graph = WaitGraph(asyncio.all_tasks(loop))
    assert [task.get_name() for task in graph.awaited(main_task)] == ["awaited"]


def test_a_task_that_waits_for_itself_is_not_a_cycle(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        await asyncio.gather(task)

    main_task = loop.create_task(main())
    loop.run_until_complete(settle())
    graph = WaitGraph([main_task])
    assert graph.cycles() == []
    assert graph.roots() == [main_task]


def test_a_callback_with_a_variable_that_is_not_assigned_yet_is_searched(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        task = asyncio.create_task(forever(), name="awaited")
        event = asyncio.Event()

        def ended(_: object) -> None:
            event.set()
            print(assigned_later)

        task.add_done_callback(ended)
        await event.wait()
        assigned_later = 1

    assert edges(loop, main()) == {("main", "awaited")}


def test_a_long_chain_of_futures_is_followed_in_part(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        task = asyncio.create_task(forever(), name="awaited")
        chain: asyncio.Future[Any] = asyncio.gather(task)
        for _ in range(200):
            chain = asyncio.gather(chain)
        await chain

    # Python tells who awaits a future since 3.14, so no chain has to be followed there.
    is_told = hasattr(asyncio, "future_add_to_awaited_by")
    assert edges(loop, main()) == ({("main", "awaited")} if is_told else set())
