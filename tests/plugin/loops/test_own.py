"""The pool and its Runners, without pytest between them and the test."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from contextvars import ContextVar

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.plugin.loops import loop_policy
from asyncshim.plugin.loops.lifetimes import FUNCTION, SESSION
from asyncshim.plugin.loops.runners import LoopIsRunningError, Runner
from asyncshim.plugin.loops.time_limit import TimeLimit

VARIABLE: ContextVar[str] = ContextVar("VARIABLE", default="unset")


async def answer() -> int:
    return 42


async def fail() -> None:
    await asyncio.sleep(0)
    raise LookupError("of the test")


# What a Runner does with a coroutine


def test_running_a_coroutine_returns_its_result(runner: Runner) -> None:
    assert runner.run(answer()) == 42


def test_each_run_is_a_separate_task_on_the_same_loop(runner: Runner) -> None:
    async def where() -> tuple[object, object]:
        return asyncio.current_task(), asyncio.get_running_loop()

    (first, loop), (second, again) = runner.run(where()), runner.run(where())
    assert first is not second
    assert loop is again is runner.loop


def test_a_coroutine_runs_in_a_copy_of_the_context(runner: Runner) -> None:
    async def change() -> str:
        former = VARIABLE.get()
        VARIABLE.set("changed")
        return former

    token = VARIABLE.set("outside")
    try:
        assert runner.run(change()) == "outside"
        assert VARIABLE.get() == "outside"
    finally:
        VARIABLE.reset(token)


def test_an_error_has_only_the_frames_of_the_user_and_its_chain(runner: Runner) -> None:
    async def chained() -> None:
        try:
            await fail()
        except LookupError as error:
            raise ValueError("outer") from error

    with pytest.raises(ValueError, match="outer") as caught:
        runner.run(chained())
    frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    below = frames[frames.index("drive") + 1 :]
    assert below == ["chained"]
    assert isinstance(caught.value.__cause__, LookupError)


def test_a_raised_error_is_not_logged_as_well(runner: Runner, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(LookupError):
        runner.run(fail())
    assert caplog.text == ""


def test_a_base_exception_is_raised_and_the_loop_still_works(runner: Runner) -> None:
    async def leave() -> None:
        raise SystemExit(7)

    with pytest.raises(SystemExit, match="7"):
        runner.run(leave())
    assert runner.run(answer()) == 42


def test_running_a_coroutine_inside_a_running_loop_is_an_error(runner: Runner) -> None:
    coroutine = answer()

    async def nested() -> None:
        runner.run(coroutine)

    with pytest.raises(LoopIsRunningError, match="cannot be driven from code that the running event loop is executing"):
        runner.run(nested())
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        coroutine.send(None)  # closed, so that nobody warns that it was never awaited


def test_loop_is_running_error_is_an_asyncshim_error_and_a_runtime_error() -> None:
    assert issubclass(LoopIsRunningError, AsyncshimError)
    assert issubclass(LoopIsRunningError, RuntimeError)


def test_past_the_limit_the_task_is_cancelled_and_the_message_is_raised(runner: Runner) -> None:
    seen: list[str] = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("finally")

    with pytest.raises(TimeoutError, match=r"the case exceeded its limit of 0\.01 s while waiting at .*test_own\.py"):
        runner.run(wait(), TimeLimit(0.01, "the case"))
    assert seen == ["finally"]


def test_a_task_that_swallows_its_expiry_still_fails(runner: Runner) -> None:
    async def swallow() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError, match="the case exceeded its limit"):
        runner.run(swallow(), TimeLimit(0.01, "the case"))


def test_a_coroutine_that_cancels_itself_raises_cancelled_error(runner: Runner) -> None:
    async def cancel() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        runner.run(cancel())


# What a Runner's loop has to be between two runs


def test_attaching_makes_the_loop_current(runner: Runner) -> None:
    asyncio.set_event_loop(None)
    runner.attach()
    assert loop_policy.current_loop() is runner.loop


def test_put_back_restores_settings(runner: Runner) -> None:
    runner.loop.set_debug(True)
    assert runner.put_back()
    assert not runner.loop.get_debug()


def test_accepted_changes_are_kept_until_they_are_undone(runner: Runner) -> None:
    assert runner.accept_changes() is None
    runner.loop.set_debug(True)
    undo = runner.accept_changes()
    assert undo is not None
    assert runner.put_back()
    assert runner.loop.get_debug()
    undo()
    assert runner.put_back()
    assert not runner.loop.get_debug()


def test_a_closed_loop_cannot_be_put_back(runner: Runner) -> None:
    runner.loop.close()
    assert not runner.put_back()
    assert runner.end_scope(FUNCTION, 0.1) == []


def test_no_scope_ends_while_the_loop_runs(runner: Runner) -> None:
    async def end() -> list[object]:
        return list(runner.end_scope(SESSION, 0.1))

    assert runner.run(end()) == []
