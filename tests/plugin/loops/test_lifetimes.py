"""What runs on a loop ends with the loop scope that started it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextvars import Context, copy_context
from typing import Any
from weakref import WeakSet

import pytest

from asyncshim.plugin.loops.async_generators import close_async_generators
from asyncshim.plugin.loops.lifetimes import (
    FUNCTION,
    SESSION,
    context_of,
    end_tasks,
    record_tasks,
    start_in,
)
from asyncshim.plugin.loops.runner_pool import Pool
from asyncshim.plugin.loops.runners import LoopScope, Runner

HERE = __file__
Kept = list[asyncio.Task[Any]]


@pytest.fixture(params=["cancel", "warn"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    """Tasks note where they were made (``warn``), or not (``cancel``): they end in the same way."""
    asyncio.set_event_loop(None)
    pool = Pool(leaks=request.param, timeout=0.1)
    yield pool.use(pool.default())
    pool.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def kept() -> Kept:
    """Holds on to the tasks: a task that nobody holds may vanish before its scope ends."""
    return []


def start(runner: Runner, kept: Kept, scope: LoopScope, coroutine: Coroutine[Any, Any, Any], name: str = "t") -> None:
    async def leak() -> None:
        kept.append(asyncio.create_task(coroutine, name=name))
        await asyncio.sleep(0)

    start_in(scope, f"test_of_{scope.name}")
    runner.run(leak())


async def forever() -> None:
    await asyncio.Event().wait()


async def stubborn(release: asyncio.Event | None = None) -> None:
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue


def test_a_task_ends_with_its_own_scope_and_with_no_other(runner: Runner, kept: Kept) -> None:
    module, another = LoopScope("module"), LoopScope("module")
    start(runner, kept, FUNCTION, forever())
    start(runner, kept, module, forever())
    assert end_tasks(runner, another, 1) == []
    assert [leaked.name for leaked in end_tasks(runner, FUNCTION, 1)] == ["'t' running forever"]
    assert [task.cancelled() for task in kept] == [True, False]
    assert [leaked.starter for leaked in end_tasks(runner, module, 1)] == ["test_of_module"]
    assert kept[1].cancelled()


def test_the_session_ends_every_task(runner: Runner, kept: Kept) -> None:
    start(runner, kept, LoopScope("module"), forever(), "one")
    start(runner, kept, SESSION, forever(), "two")
    assert {leaked.name for leaked in end_tasks(runner, SESSION, 1)} == {
        "'one' running forever",
        "'two' running forever",
    }


def test_a_task_has_the_loop_scope_of_the_task_that_started_it(runner: Runner, kept: Kept) -> None:
    async def parent() -> None:
        kept.append(asyncio.create_task(forever()))
        await forever()

    start(runner, kept, FUNCTION, parent())
    start_in(SESSION, "later")
    end_tasks(runner, FUNCTION, 1)
    assert [task.cancelled() for task in kept] == [True, True]


def test_a_cancelled_task_is_awaited_until_its_finally_block_ends(runner: Runner, kept: Kept) -> None:
    seen: list[str] = []

    async def slow_to_end() -> None:
        try:
            await forever()
        finally:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            seen.append("ended")

    start(runner, kept, FUNCTION, slow_to_end())
    end_tasks(runner, FUNCTION, 1)
    assert seen == ["ended"]


def test_tasks_that_a_cancelled_task_starts_are_cancelled_too(runner: Runner, kept: Kept) -> None:
    async def restarting() -> None:
        try:
            await forever()
        finally:
            kept.append(asyncio.create_task(forever()))

    start(runner, kept, FUNCTION, restarting())
    end_tasks(runner, FUNCTION, 1)
    assert len(kept) == 2
    assert all(task.cancelled() for task in kept)


def test_a_task_without_a_name_has_the_default_name(runner: Runner, kept: Kept) -> None:
    async def leak() -> None:
        kept.append(asyncio.create_task(forever()))

    start_in(FUNCTION, "test_x")
    runner.run(leak())
    (leaked,) = end_tasks(runner, FUNCTION, 1)
    assert leaked.name.startswith("'Task-")


@pytest.mark.parametrize("runner", ["cancel"], indirect=True)
def test_without_recorded_places_the_place_is_the_definition_of_the_coroutine(runner: Runner, kept: Kept) -> None:
    start(runner, kept, FUNCTION, forever())
    (leaked,) = end_tasks(runner, FUNCTION, 1)
    assert leaked.created == f"{HERE}:{forever.__code__.co_firstlineno}"


def test_an_awaitable_without_code_is_described_too(runner: Runner, kept: Kept) -> None:
    class Awaitable(Coroutine[Any, Any, None]):
        def send(self, value: Any) -> Any:
            return None

        def throw(self, *arguments: Any) -> Any:
            raise asyncio.CancelledError

        def close(self) -> None: ...

        def __await__(self) -> Any:
            yield

    start(runner, kept, FUNCTION, Awaitable())
    (leaked,) = end_tasks(runner, FUNCTION, 1)
    assert "Awaitable object at" in leaked.name


def test_due_callbacks_run_before_the_scope_ends(runner: Runner) -> None:
    seen: list[str] = []
    runner.loop.call_soon(seen.append, "called")
    assert end_tasks(runner, FUNCTION, 1) == []
    assert seen == ["called"]


def test_a_task_factory_of_the_suite_is_not_replaced(runner: Runner) -> None:
    def factory(loop: asyncio.AbstractEventLoop, coro: Any, **kwargs: Any) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=loop, **kwargs)

    runner.loop.set_task_factory(factory)
    record_tasks(runner.loop)
    assert runner.loop.get_task_factory() is factory


def test_the_context_of_a_task_is_found_whether_it_waits_or_is_done(runner: Runner) -> None:
    context = copy_context()

    async def wait() -> None:
        await asyncio.sleep(3600)

    async def look() -> list[object]:
        waiting = asyncio.get_running_loop().create_task(wait(), context=context)
        waiting.add_done_callback(lambda _: None, context=copy_context())
        done = asyncio.get_running_loop().create_task(asyncio.sleep(0), context=context)
        await done
        found: list[object] = [context_of(waiting), context_of(done)]
        waiting.cancel()
        return found

    assert runner.run(look()) == [context, context]


# Tasks whose context was not made by us


@pytest.mark.parametrize("make", [Context, copy_context], ids=["an-empty-context", "a-copy-of-the-present-one"])
def test_a_task_with_another_context_ends_with_its_scope(
    runner: Runner, kept: Kept, make: Callable[[], Context]
) -> None:
    async def leak() -> None:
        kept.append(asyncio.create_task(forever(), context=make()))

    start_in(FUNCTION, "test_x")
    runner.run(leak())
    assert [leaked.name.endswith("running forever") for leaked in end_tasks(runner, FUNCTION, 1)] == [True]


def test_a_task_without_a_scope_gets_the_wider_scope_that_ends(runner: Runner, kept: Kept) -> None:
    module = LoopScope("module")

    async def leak() -> None:
        kept.append(asyncio.create_task(forever(), context=Context()))

    start_in(module, "test_x")
    runner.run(leak())
    runner.adopt_unscoped()
    start_in(FUNCTION, "test_x")
    assert end_tasks(runner, FUNCTION, 1) == []
    assert [leaked.starter for leaked in end_tasks(runner, module, 1)] == ["test_x"]


def test_a_task_without_a_scope_that_a_test_starts_ends_with_the_test(runner: Runner, kept: Kept) -> None:
    async def leak() -> None:
        kept.append(asyncio.create_task(forever(), context=Context()))

    start_in(FUNCTION, "test_x")
    runner.run(leak())
    runner.adopt_unscoped()
    assert [leaked.starter for leaked in end_tasks(runner, FUNCTION, 1)] == ["an unknown test"]


# Async generators


async def numbers(seen: list[str], name: str) -> AsyncIterator[int]:
    try:
        yield 1
        yield 2
    finally:
        await asyncio.sleep(0)
        seen.append(name)


async def first(generator: AsyncIterator[int]) -> int:
    return await anext(generator)


def test_finished_async_generators_are_not_closed_again(runner: Runner) -> None:
    seen: list[str] = []

    async def exhaust() -> int:
        return sum([number async for number in numbers(seen, "through")])

    start_in(FUNCTION, "test_x")
    assert runner.run(exhaust()) == 3
    close_async_generators(runner, FUNCTION, 1)
    assert seen == ["through"]


def test_an_error_in_one_async_generator_does_not_keep_the_others_open(runner: Runner) -> None:
    seen: list[str] = []

    async def breaks() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            raise OSError("disk full")

    opened: list[Any] = [breaks(), numbers(seen, "other")]
    start_in(FUNCTION, "test_x")
    for generator in opened:
        runner.run(first(generator))
    close_async_generators(runner, FUNCTION, 1)
    assert seen == ["other"]


def test_a_loop_without_recorded_async_generators_is_ignored(runner: Runner) -> None:
    runner.loop._asyncgens = WeakSet()  # type: ignore[attr-defined]
    close_async_generators(runner, FUNCTION, 1)
