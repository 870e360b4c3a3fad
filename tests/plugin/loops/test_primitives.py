"""What a task waits for besides tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from asyncshim.plugin.loops.primitives import is_primitive, state_of, wait_in
from asyncshim.plugin.loops.tracebacks import every_frame_of


class MyLock(asyncio.Lock):
    """Of a suite."""


async def with_lock() -> None:
    lock = asyncio.Lock()
    await lock.acquire()
    async with lock:
        pass


async def with_own_lock() -> None:
    lock = MyLock()
    await lock.acquire()
    await lock.acquire()


async def with_condition() -> None:
    condition = asyncio.Condition()
    async with condition:
        await condition.wait()


async def with_semaphore() -> None:
    semaphore = asyncio.Semaphore(1)
    await semaphore.acquire()
    await semaphore.acquire()


async def with_barrier() -> None:
    await asyncio.Barrier(3).wait()


async def with_empty_queue() -> None:
    await asyncio.Queue[int](3).get()


async def with_full_queue() -> None:
    queue: asyncio.Queue[object] = asyncio.Queue(1)
    await queue.put(1)
    await queue.put(2)


async def with_unfinished_queue() -> None:
    queue: asyncio.Queue[object] = asyncio.PriorityQueue()
    await queue.put(1)
    await queue.put(2)
    await queue.join()


async def with_event() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("wait", "kind", "operation", "state"),
    [
        (with_lock, asyncio.Lock, "acquire", "locked"),
        (with_own_lock, MyLock, "acquire", "locked"),
        (with_condition, asyncio.Condition, "wait", "not locked"),
        (with_semaphore, asyncio.Semaphore, "acquire", "value 0"),
        (with_barrier, asyncio.Barrier, "wait", "1 of 3 have come"),
        (with_empty_queue, asyncio.Queue, "get", "empty, maxsize 3, 0 unfinished"),
        (with_full_queue, asyncio.Queue, "put", "1 item, maxsize 1, 1 unfinished"),
        (with_unfinished_queue, asyncio.PriorityQueue, "join", "2 items, 2 unfinished"),
        (with_event, asyncio.Event, "wait", "not set"),
    ],
)
def test_what_is_waited_for_is_found_with_its_state(
    wait: Callable[[], Awaitable[None]], kind: type[Any], operation: str, state: str
) -> None:
    async def main() -> None:
        task: asyncio.Task[None] = asyncio.create_task(wait())  # type: ignore[arg-type]
        for _ in range(3):
            await asyncio.sleep(0)
        found = wait_in(every_frame_of(task))
        assert found is not None
        assert type(found.primitive) is kind
        assert found.operation == operation
        assert state_of(found.primitive) == state
        task.cancel()

    asyncio.run(main())


def test_a_task_that_sleeps_waits_for_no_primitive() -> None:
    async def main() -> None:
        task = asyncio.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        assert wait_in(every_frame_of(task)) is None
        task.cancel()

    asyncio.run(main())


def test_a_subclass_whose_methods_fail_is_described_all_the_same() -> None:
    class Broken(asyncio.Event):
        def is_set(self) -> bool:
            raise LookupError("broken")

    assert is_primitive(Broken())
    assert not is_primitive(asyncio.sleep)
    assert state_of(Broken()) == "in an unknown state"
