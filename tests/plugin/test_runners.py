"""The pool and its Runners, without pytest between them and the test."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import traceback
import warnings
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.plugin import loop_policy
from asyncshim.plugin.lifetimes import FUNCTION, SESSION, start_in
from asyncshim.plugin.runners import LoopIsRunningError, LoopRunner, Pool
from asyncshim.plugin.time_limit import TimeLimit

VARIABLE: ContextVar[str] = ContextVar("VARIABLE", default="unset")


@pytest.fixture
def pool() -> Iterator[Pool]:
    asyncio.set_event_loop(None)
    pool = Pool(timeout=0.1)
    yield pool
    pool.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def runner(pool: Pool) -> LoopRunner:
    return pool.use(pool.default())


async def answer() -> int:
    return 42


async def fail() -> None:
    await asyncio.sleep(0)
    raise LookupError("of the test")


# What a Runner does with a coroutine


def test_a_coroutine_gives_its_result(runner: LoopRunner) -> None:
    assert runner.run(answer()) == 42


def test_each_run_is_a_task_of_its_own_on_the_same_loop(runner: LoopRunner) -> None:
    async def where() -> tuple[object, object]:
        return asyncio.current_task(), asyncio.get_running_loop()

    (first, loop), (second, again) = runner.run(where()), runner.run(where())
    assert first is not second
    assert loop is again is runner.loop


def test_a_coroutine_runs_in_a_copy_of_the_context(runner: LoopRunner) -> None:
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


def test_an_error_comes_with_the_frames_of_the_user_only_and_its_own_chain(runner: LoopRunner) -> None:
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


def test_an_error_is_not_logged_as_lost_as_well(runner: LoopRunner, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(LookupError):
        runner.run(fail())
    assert caplog.text == ""


def test_a_base_exception_passes_through_and_the_loop_goes_on(runner: LoopRunner) -> None:
    async def leave() -> None:
        raise SystemExit(7)

    with pytest.raises(SystemExit, match="7"):
        runner.run(leave())
    assert runner.run(answer()) == 42


def test_a_running_loop_refuses_in_one_sentence_and_closes_the_coroutine(runner: LoopRunner) -> None:
    coroutine = answer()

    async def nested() -> None:
        runner.run(coroutine)

    with pytest.raises(LoopIsRunningError, match="cannot be driven from code that the running event loop is executing"):
        runner.run(nested())
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        coroutine.send(None)  # closed, so that nobody warns that it was never awaited


def test_the_refusal_is_an_error_of_ours_and_a_runtime_error() -> None:
    assert issubclass(LoopIsRunningError, AsyncshimError)
    assert issubclass(LoopIsRunningError, RuntimeError)


def test_past_the_limit_the_task_is_cancelled_and_the_message_is_raised(runner: LoopRunner) -> None:
    seen: list[str] = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("finally")

    with pytest.raises(
        TimeoutError, match=r"the case exceeded its limit of 0\.01 s while waiting at .*test_runners\.py"
    ):
        runner.run(wait(), TimeLimit(0.01, "the case"))
    assert seen == ["finally"]


def test_a_task_that_swallows_its_expiry_still_fails(runner: LoopRunner) -> None:
    async def swallow() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError, match="the case exceeded its limit"):
        runner.run(swallow(), TimeLimit(0.01, "the case"))


def test_ctrl_c_cancels_the_task_and_is_raised_when_its_finally_blocks_have_run(runner: LoopRunner) -> None:
    seen: list[str] = []

    async def interrupted() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            seen.append("finally")

    with pytest.raises(KeyboardInterrupt):
        runner.run(interrupted())
    assert seen == ["finally"]
    assert runner.run(answer()) == 42


def test_ctrl_c_is_raised_even_when_the_task_swallows_the_cancellation(runner: LoopRunner) -> None:
    async def swallow() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass

    with pytest.raises(KeyboardInterrupt):
        runner.run(swallow())


def test_a_coroutine_that_cancels_itself_raises_just_that(runner: LoopRunner) -> None:
    async def cancel() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        runner.run(cancel())


# What a Runner's loop has to be between two runs


def test_attaching_makes_the_loop_current(runner: LoopRunner) -> None:
    asyncio.set_event_loop(None)
    runner.attach()
    assert loop_policy.current_loop() is runner.loop


def test_put_back_undoes_settings(runner: LoopRunner) -> None:
    runner.loop.set_debug(True)
    assert runner.put_back()
    assert not runner.loop.get_debug()


def test_accepted_changes_are_kept_until_they_are_undone(runner: LoopRunner) -> None:
    assert runner.accept_changes() is None
    runner.loop.set_debug(True)
    undo = runner.accept_changes()
    assert undo is not None
    assert runner.put_back()
    assert runner.loop.get_debug()
    undo()
    assert runner.put_back()
    assert not runner.loop.get_debug()


def test_a_closed_loop_cannot_be_put_back(runner: LoopRunner) -> None:
    runner.loop.close()
    assert not runner.put_back()
    assert runner.end_scope(FUNCTION, 0.1) == []


def test_ending_a_scope_is_left_alone_while_the_loop_runs(runner: LoopRunner) -> None:
    async def end() -> list[object]:
        return list(runner.end_scope(SESSION, 0.1))

    assert runner.run(end()) == []


# The pool


def test_the_pool_makes_no_loop_before_one_is_asked_for(pool: Pool) -> None:
    assert len(pool) == 0
    assert pool.current is None
    pool.default()
    assert len(pool) == 1


def test_everybody_gets_the_same_default(pool: Pool) -> None:
    assert pool.default() is pool.default()
    assert pool.runners == [pool.default()]


def test_one_runner_for_each_key_of_factory_and_owner(pool: Pool) -> None:
    factory, other = asyncio.SelectorEventLoop, asyncio.new_event_loop
    first = pool.get(factory, "session", factory)
    assert pool.get(factory, "session", factory) is first
    assert pool.get(other, "session", other) is not first
    assert pool.get(factory, "module", factory) is not first
    assert len(pool) == 3
    assert pool.has(factory)
    assert not pool.has("unknown")


def test_the_factory_of_the_pool_makes_the_default_loop() -> None:
    class Loop(asyncio.SelectorEventLoop):
        pass

    pool = Pool(factory=Loop)
    assert type(pool.default().loop) is Loop
    pool.close()


@pytest.mark.parametrize("debug", [True, False])
def test_the_debug_flag_is_given_to_the_loops(debug: bool) -> None:
    pool = Pool(debug=debug)
    assert pool.default().loop.get_debug() is debug
    pool.close()


def test_a_loop_that_somebody_made_current_before_becomes_the_default_one() -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pool = Pool()
    assert pool.default().loop is loop
    pool.close()
    assert loop.is_closed()


def test_the_loop_of_an_outer_session_is_left_alone_and_current_again_afterwards(pool: Pool) -> None:
    outer = pool.use(pool.default()).loop
    inner = Pool()
    assert inner.use(inner.default()).loop is not outer
    inner.close()
    assert not outer.is_closed()
    assert loop_policy.current_loop() is outer


def test_using_a_runner_makes_its_loop_current(pool: Pool) -> None:
    first, second = pool.default(), pool.get("other", "owner", asyncio.new_event_loop)
    pool.use(first)
    pool.use(second)
    assert pool.current is second
    assert loop_policy.current_loop() is second.loop


def test_an_adopted_loop_is_driven_and_not_closed(pool: Pool) -> None:
    loop = asyncio.new_event_loop()
    runner = pool.adopt(loop)
    assert pool.known(loop) is runner
    assert runner.run(answer()) == 42
    seen: list[object] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("cancelled")

    async def start() -> None:
        left.append(asyncio.create_task(forever()))
        await asyncio.sleep(0)

    left: list[asyncio.Task[None]] = []
    runner.run(start())
    pool.discard(runner)
    assert seen == ["cancelled"]
    assert not loop.is_closed()
    assert pool.known(loop) is None
    loop.close()


def test_a_discarded_runner_is_closed_and_forgotten(pool: Pool) -> None:
    runner = pool.use(pool.get("key", "owner", asyncio.new_event_loop))
    pool.discard_all("key")
    assert runner.loop.is_closed()
    assert pool.current is None
    assert len(pool) == 0


def test_a_runner_with_a_policy_lives_under_it(pool: Pool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # policies are deprecated since Python 3.14

        class Policy(asyncio.DefaultEventLoopPolicy):
            pass

        policy, former = Policy(), loop_policy.get_policy()
        runner = pool.get(policy, "session", None, policy)
        assert loop_policy.get_policy() is former
        pool.use(runner)
        assert loop_policy.get_policy() is policy
        pool.use(pool.default())
        assert loop_policy.get_policy() is former
        pool.use(runner)
        pool.discard(runner)
        assert loop_policy.get_policy() is former


def test_closing_the_pool_closes_every_loop_and_reports_what_was_left(pool: Pool) -> None:
    loops = [pool.default().loop, pool.get("other", "owner", asyncio.new_event_loop).loop]

    left: list[asyncio.Task[bool]] = []

    async def leak() -> None:
        left.append(asyncio.create_task(asyncio.Event().wait(), name="left"))

    start_in(SESSION, "test_x")
    pool.default().run(leak())
    (leaked,) = pool.close()
    assert (leaked.name, leaked.starter, leaked.stubborn) == ("left", "test_x", False)
    assert all(loop.is_closed() for loop in loops)
    assert len(pool) == 0


def test_closing_twice_or_after_the_user_did_is_harmless(pool: Pool) -> None:
    pool.default().loop.close()
    assert pool.close() == []
    assert pool.close() == []


# Loops that user code closed


def test_a_closed_loop_is_replaced_at_once(pool: Pool) -> None:
    closed = pool.use(pool.default()).loop
    closed.close()
    assert pool.default().loop is not closed
    assert pool.use(pool.default()).run(answer()) == 42


def test_a_loop_closed_after_use_counts_as_lost_once(pool: Pool) -> None:
    runner = pool.use(pool.default())
    pool.begin()
    runner.run(answer())
    runner.loop.close()
    assert pool.put_back() == 1
    assert pool.put_back() == 0


def test_a_loop_closed_before_anybody_used_it_is_replaced_silently(pool: Pool) -> None:
    runner = pool.use(pool.default())
    pool.begin()
    runner.loop.close()
    assert pool.put_back() == 0
    assert not pool.default().loop.is_closed()


def test_put_back_makes_the_loop_current_again(runner: LoopRunner, pool: Pool) -> None:
    asyncio.set_event_loop(None)
    pool.put_back()
    assert loop_policy.current_loop() is runner.loop
