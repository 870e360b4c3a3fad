"""The report on a task that hangs, without pytest."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextvars import Context
from types import FrameType
from typing import Any

import pytest

from asyncshim.plugin.loops.cancelling import cancel_all
from asyncshim.plugin.loops.hang_report import MAX_FRAMES, MAX_TASKS, hang_report, stack_of
from asyncshim.plugin.loops.runners import Runner

HERE = __file__


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.run_until_complete(end(asyncio.all_tasks(loop)))
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


async def end(tasks: set[asyncio.Task[Any]]) -> None:
    cancel_all(tasks)
    if tasks:
        await asyncio.wait(tasks)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def split(report: str) -> list[str]:
    return report.replace(HERE, "FILE").replace("tests/plugin/loops/test_hang_report.py", "FILE").split("\n")


def lines_of(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, object]) -> list[str]:
    """Let *coroutine* run until it waits, outside of any loop scope, and return the report on it."""
    task = loop.create_task(coroutine, name="main", context=Context())
    loop.run_until_complete(settle())
    return split(hang_report(task))


def frame_of_caller() -> FrameType:
    return sys._getframe(1)  # pyright: ignore[reportPrivateUsage]


def line(function: Callable[..., object], offset: int = 0) -> str:
    return f"FILE:{function.__code__.co_firstlineno + offset}"  # type: ignore[attr-defined]


def test_it_shows_the_place_the_tree_and_what_is_waited_for(loop: asyncio.AbstractEventLoop) -> None:
    async def consume(queue: asyncio.Queue[object]) -> None:
        await queue.get()

    async def main() -> None:
        consumer = asyncio.create_task(consume(asyncio.Queue()), name="consumer")
        await consumer

    where = "test_it_shows_the_place_the_tree_and_what_is_waited_for.<locals>."
    assert lines_of(loop, main()) == [
        "The test or fixture waits at:",
        f"  {line(main, 2)} in {where}main: await consumer",
        "Tasks of the event loop (2), each above those that it waits for:",
        f"  'main' runs {where}main(), the test or fixture",
        f"  | defined at {line(main)}; no loop scope",
        "  | waits for 'consumer' at:",
        f"  |   {line(main, 2)} in {where}main: await consumer",
        f"    'consumer' runs {where}consume()",
        f"    | defined at {line(consume)}; no loop scope",
        "    | waits in get() of Queue 1 at:",
        f"    |   {line(consume, 1)} in {where}consume: await queue.get()",
        "Locks, events and queues that are waited for:",
        "  Queue 1 (empty, 0 unfinished): 'consumer' in get()",
    ]


def call_in_thread(function: Callable[[], object]) -> asyncio.Future[object]:
    return asyncio.get_running_loop().run_in_executor(None, function)


@pytest.mark.parametrize(
    ("wait", "reason"),
    [
        (lambda _: asyncio.sleep(60), "waits in sleep() of asyncio at:"),
        (lambda _: asyncio.get_running_loop().create_future(), "waits for a future at:"),
        (
            lambda gate: asyncio.get_running_loop().run_in_executor(None, gate.wait),
            "waits for a function in a thread at:",
        ),
    ],
)
def test_what_is_no_task_and_no_lock_is_named_by_kind(
    loop: asyncio.AbstractEventLoop, wait: Callable[[threading.Event], Any], reason: str
) -> None:
    gate = threading.Event()

    async def main() -> None:
        await wait(gate)

    lines = lines_of(loop, main())
    gate.set()
    assert f"  | {reason}" in lines


def test_a_task_that_has_not_begun_is_about_to_run(loop: asyncio.AbstractEventLoop) -> None:
    task = loop.create_task(forever(), name="main")
    lines = split(hang_report(task))
    assert lines[-2:] == ["  | is about to run at:", f"  |   {line(forever)} in forever: async def forever() -> None:"]


def test_a_task_of_asyncio_alone_has_no_line_of_the_suite(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        asleep = asyncio.create_task(asyncio.sleep(60), name="asleep")
        await asleep

    lines = lines_of(loop, main())
    assert lines[-4:-3] == ["    'asleep' runs sleep()"]
    assert lines[-2:] == ["    | waits in sleep() of asyncio at:", "    |   no line of the suite or of a library"]


def test_of_many_locks_the_first_twenty_are_shown(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        await asyncio.gather(*(asyncio.Event().wait() for _ in range(23)))

    lines = lines_of(loop, main())
    assert sum(text.startswith("  Event ") for text in lines) == 20
    assert lines[-1] == "  … and 3 more"


def test_a_cycle_is_named(loop: asyncio.AbstractEventLoop) -> None:
    tasks: list[asyncio.Task[None]] = []

    async def wait(position: int) -> None:
        await asyncio.sleep(0)
        await asyncio.wait([tasks[position]])

    async def main() -> None:
        tasks.extend([asyncio.create_task(wait(1), name="a"), asyncio.create_task(wait(0), name="b")])
        await asyncio.wait([tasks[0]])

    lines = lines_of(loop, main())
    assert "A cycle: 'a' waits for 'b' waits for 'a'" in lines
    assert "Tasks of the event loop (3), each above those that it waits for:" in lines


def test_thousands_of_tasks_are_counted_by_coroutine_in_a_report_of_bounded_size(
    loop: asyncio.AbstractEventLoop,
) -> None:
    async def worker(lock: asyncio.Lock) -> None:
        async with lock:
            await forever()

    async def main() -> None:
        lock = asyncio.Lock()
        tasks = [asyncio.create_task(worker(lock), name=f"worker-{number}") for number in range(4_000)]
        tasks += [asyncio.create_task(forever(), name=f"forever-{number}") for number in range(999)]
        await asyncio.gather(*tasks)

    lines = lines_of(loop, main())
    name = "test_thousands_of_tasks_are_counted_by_coroutine_in_a_report_of_bounded_size.<locals>.worker()"
    assert "Tasks of the event loop (5000), each above those that it waits for:" in lines
    assert sum(" runs " in text for text in lines) == MAX_TASKS
    assert "  … and 4950 more tasks" in lines
    assert f"    3951 run {name}" in lines or f"    4000 run {name}" in lines
    assert lines[-1].endswith(" and 3989 more")
    assert len(lines) < MAX_TASKS * 10
    assert max(map(len, lines)) < 1_000


def test_a_deep_stack_shows_its_innermost_frames(loop: asyncio.AbstractEventLoop) -> None:
    async def deep(levels: int) -> None:
        await (deep(levels - 1) if levels else forever())

    lines = lines_of(loop, deep(99))
    name = "test_a_deep_stack_shows_its_innermost_frames.<locals>.deep"
    assert lines[1] == f"  … {101 - MAX_FRAMES} outer frames are left out"
    assert sum(f" in {name}:" in text for text in lines) == 2 * (MAX_FRAMES - 1)


def test_a_chain_of_thousands_of_tasks_is_shown_as_far_as_there_is_room(loop: asyncio.AbstractEventLoop) -> None:
    async def wait(number: int) -> None:
        await (asyncio.create_task(wait(number - 1), name=str(number)) if number else forever())

    task = loop.create_task(wait(3_000), name="main")
    for _ in range(3_010):
        loop.run_until_complete(asyncio.sleep(0))
    lines = hang_report(task).split("\n")
    assert sum(" runs " in text for text in lines) == MAX_TASKS
    assert "  … and 2951 more tasks" in lines


def test_names_are_shortened_and_shown_in_one_line(loop: asyncio.AbstractEventLoop) -> None:
    async def main() -> None:
        task = asyncio.create_task(forever(), name="one\nline" + "x" * 10_000)
        await task

    lines = lines_of(loop, main())
    assert any(text.startswith("    'one\\nlinexxx") for text in lines)
    assert max(map(len, lines)) < 500


def test_a_running_task_shows_the_line_that_blocks_the_loop(loop: asyncio.AbstractEventLoop) -> None:
    found: list[str] = []

    def block() -> None:
        found.append(hang_report(main_task, frame_of_caller()))

    async def other() -> None:
        await asyncio.sleep(0)
        block()

    async def main() -> None:
        task = asyncio.create_task(other(), name="other")
        await task

    main_task = loop.create_task(main(), name="main")
    loop.run_until_complete(main_task)
    lines = split(found[0])
    where = "test_a_running_task_shows_the_line_that_blocks_the_loop.<locals>."
    assert lines[:5] == [
        "The event loop is blocked by the task 'other' at:",
        f"  {line(other, 2)} in {where}other: block()",
        f"  {line(block, 1)} in {where}block: found.append(hang_report(main_task, frame_of_caller()))",
        "The test or fixture waits at:",
        f"  {line(main, 2)} in {where}main: await task",
    ]
    assert "    | runs at:" in lines


def test_a_callback_that_blocks_the_loop_is_shown(loop: asyncio.AbstractEventLoop) -> None:
    found: list[str] = []

    def block() -> None:
        found.append(hang_report(main_task, frame_of_caller()))

    async def main() -> None:
        asyncio.get_running_loop().call_soon(block)
        await asyncio.sleep(0)

    main_task = loop.create_task(main(), name="main")
    loop.run_until_complete(main_task)
    assert found[0].startswith("The event loop is blocked by a callback at:\n")
    assert found[0].split("\n")[1].endswith(".block: found.append(hang_report(main_task, frame_of_caller()))")


def test_the_scope_and_the_line_of_creation_are_shown_where_they_are_known() -> None:
    from asyncshim.plugin.loops.lifetimes import FUNCTION, start_in
    from asyncshim.plugin.loops.runner_pool import Pool

    pool = Pool(timeout=0.1, leaks="warn")
    runner: Runner = pool.use(pool.default())
    start_in(FUNCTION, "test_it.py::test_it")
    found: list[str] = []

    async def main() -> None:
        task = asyncio.create_task(forever(), name="child")
        await asyncio.sleep(0)
        main_task: Any = asyncio.current_task()
        found.append(hang_report(main_task))
        task.cancel()

    runner.run(main())
    pool.close()
    asyncio.set_event_loop(None)
    created = line(main, 1).replace("FILE", "tests/plugin/loops/test_hang_report.py")
    assert any(
        text.endswith(f"{created}; function scope, started by test_it.py::test_it") and "| created at " in text
        for text in found[0].split("\n")
    )


def test_a_stack_ends_with_the_given_frame() -> None:
    frame = frame_of_caller()
    assert stack_of(frame)[-1] is frame
    assert stack_of(None) == []
