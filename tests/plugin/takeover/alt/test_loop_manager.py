"""``alt_pytest_asyncio.Loop``: another loop is current, and async tests and fixtures follow it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, Callable
from typing import TypeVar

import pytest

from asyncshim.plugin.takeover.alt import enable, loop_manager, machinery, modules
from house.nested import run_source

T = TypeVar("T")


def test_async_tests_and_fixtures_follow_the_loop_of_an_autouse_fixture(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest
        import alt_pytest_asyncio

        seen = []

        @pytest.fixture(scope="module")
        async def outside():
            return asyncio.get_running_loop()

        class TestInside:
            @pytest.fixture(autouse=True)
            def own_loop(self, outside):
                before = asyncio.get_event_loop()
                with alt_pytest_asyncio.Loop() as own:
                    yield own
                assert seen and all(loop is own.controlled_loop and loop.is_closed() for loop in seen)
                assert asyncio.get_event_loop() is before and not before.is_closed()
                seen.clear()

            @pytest.fixture
            async def follows(self, own_loop):
                seen.append(asyncio.get_running_loop())
                yield
                seen.append(asyncio.get_running_loop())

            def test_sync(self, follows, own_loop):
                seen.append(asyncio.get_event_loop())
                assert own_loop.run_until_complete(asyncio.sleep(0, 3)) == 3

            async def test_async(self, follows, outside):
                seen.append(asyncio.get_running_loop())
                assert outside is not seen[-1]

        async def test_after(outside):
            assert asyncio.get_running_loop() is outside
        """,
        "-p",
        "alt_pytest_asyncio.enable",
        passed=3,
    )


def test_without_a_new_loop_there_is_none(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest
        import alt_pytest_asyncio

        def test_it():
            before = asyncio.get_event_loop()
            coroutine = asyncio.sleep(0)
            with alt_pytest_asyncio.Loop(new_loop=False) as empty:
                with pytest.raises(RuntimeError, match="There is no current event loop in thread"):
                    asyncio.get_event_loop()
                with pytest.raises(RuntimeError, match="is not managing your overridden loop"):
                    empty.run_until_complete(coroutine)
            assert asyncio.get_event_loop() is before
            before.run_until_complete(coroutine)
        """,
        passed=1,
    )


def test_tasks_and_generators_are_cancelled_at_the_end() -> None:
    seen: list[object] = []

    async def wait(name: str) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append(name)
            raise

    with loop_manager.Loop() as own:
        own.run_until_complete(asyncio.sleep(0))
        task = own.controlled_loop.create_task(wait("task"))
        own.run_until_complete(asyncio.sleep(0))
    assert task.cancelled()
    assert seen == ["task"]
    assert own.controlled_loop.is_closed()


async def endless(seen: list[object]) -> AsyncGenerator[int, None]:
    try:
        while True:
            yield len(seen)
    finally:
        seen.append(type(sys.exception()))


async def first(generator: AsyncGenerator[T, None]) -> T:
    return await anext(generator)


def test_a_generator_that_was_begun_can_be_cancelled_before_the_end() -> None:
    seen: list[object] = []
    generator = endless(seen)
    with loop_manager.Loop() as own:
        assert own.run_until_complete(first(generator)) == 0
        own.shutdown_asyncgens()
        assert seen == [asyncio.CancelledError]
    loop_manager.Loop(new_loop=False).shutdown_asyncgens()  # there is none to cancel


def test_the_loop_is_told_what_fails_while_it_ends() -> None:
    told: list[tuple[str, object]] = []

    async def fails() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("task")

    async def fails_as_well() -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            raise ValueError("generator")

    generator = fails_as_well()
    with loop_manager.Loop() as own:
        own.controlled_loop.set_exception_handler(
            lambda _, context: told.append((context["message"].partition(" <")[0], context["exception"].args))
        )
        own.run_until_complete(first(generator))
        task = own.controlled_loop.create_task(fails())
        own.run_until_complete(asyncio.sleep(0))
    assert told == [
        ("unhandled exception while a task was cancelled", ("task",)),
        ("an error occurred during closing of asynchronous generator", ("generator",)),
    ]
    assert task.done()


def test_what_a_task_starts_while_it_is_cancelled_ends_too() -> None:
    started: list[asyncio.Task[None]] = []

    async def starts() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            started.append(asyncio.ensure_future(asyncio.sleep(60)))

    with loop_manager.Loop() as own:
        own.controlled_loop.create_task(starts())
        own.run_until_complete(asyncio.sleep(0))
    assert [task.cancelled() for task in started] == [True]


def test_a_task_that_ignores_its_cancellation_is_left_after_some_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_manager, "_PATIENCE", 0.05)
    woken = asyncio.Event()

    async def ignores() -> None:
        while not woken.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await woken.wait()

    with loop_manager.Loop() as own:
        task = own.controlled_loop.create_task(ignores())
        own.run_until_complete(asyncio.sleep(0))
    assert own.controlled_loop.is_closed()
    assert not task.done()
    task._log_destroy_pending = False
    task.get_coro().close()


Start = Callable[[], list[asyncio.Task[None]]]


def cycle() -> list[asyncio.Task[None]]:
    """Start tasks that wait for each other: each ``cancel()`` would call itself without end."""
    tasks: list[asyncio.Task[None]] = []

    async def wait(following: int) -> None:
        await tasks[following]

    tasks += [asyncio.ensure_future(wait(following)) for following in (1, 2, 0)]
    return tasks


def chain() -> list[asyncio.Task[None]]:
    """Start more tasks that wait for each other in a row than calls may be nested."""

    async def wait(following: asyncio.Task[None] | None) -> None:
        await (following or asyncio.Event().wait())

    tasks: list[asyncio.Task[None]] = []
    for _ in range(5000):
        tasks.append(asyncio.ensure_future(wait(tasks[-1] if tasks else None)))
    return tasks


@pytest.mark.parametrize("start", [cycle, chain])
def test_tasks_that_wait_for_each_other_end_with_the_block(start: Start) -> None:
    async def begin() -> list[asyncio.Task[None]]:
        tasks = start()
        await asyncio.sleep(0)
        return tasks

    with loop_manager.Loop() as own:
        tasks = own.run_until_complete(begin())
    assert all(task.cancelled() for task in tasks)
    assert own.controlled_loop.is_closed()


@pytest.mark.parametrize("start", [cycle, chain])
def test_tasks_that_wait_for_each_other_end_with_the_main_program(start: Start) -> None:
    tasks: list[asyncio.Task[None]] = []

    async def main() -> None:
        tasks.extend(start())
        await asyncio.sleep(0)

    loop = asyncio.new_event_loop()
    machinery.run_coro_as_main(loop, main())
    assert all(task.cancelled() for task in tasks)
    assert loop.is_closed()


@pytest.mark.parametrize("start", [cycle, chain])
def test_ctrl_c_ends_a_main_program_whose_tasks_wait_for_each_other(start: Start) -> None:
    async def main() -> None:
        tasks = start()
        asyncio.get_running_loop().call_soon(asyncio.get_running_loop().call_soon, interrupt)
        await tasks[-1]

    def interrupt() -> None:
        raise KeyboardInterrupt

    loop = asyncio.new_event_loop()
    with pytest.raises(SystemExit, match="KeyboardInterrupt"):
        machinery.run_coro_as_main(loop, main())
    assert loop.is_closed()


def test_run_until_complete_needs_the_block() -> None:
    coroutine = asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="outside of using it as a context manager"):
        loop_manager.Loop().run_until_complete(coroutine)
    coroutine.close()


def test_run_coro_as_main_closes_the_loop_and_exits_with_the_error() -> None:
    async def fail() -> None:
        raise ValueError("wrong")

    loop = asyncio.new_event_loop()
    with pytest.raises(SystemExit, match="ValueError: wrong"):
        machinery.run_coro_as_main(loop, fail())
    assert loop.is_closed()


def test_the_package_has_no_other_modules() -> None:
    assert modules.find_spec("alt_pytest_asyncio.plugin") is not None
    assert modules.find_spec("alt_pytest_asyncio.other") is None
    assert enable.OURS == "asyncshim"
