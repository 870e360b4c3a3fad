"""``alt_pytest_asyncio.Loop``: another loop is current, and async tests and fixtures follow it."""

from __future__ import annotations

import asyncio

import pytest

from asyncshim.plugin.takeover.alt import enable, loop_manager, machinery, modules
from house.nested import run_source


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
