"""The pool of Runners, without pytest between it and the test."""

from __future__ import annotations

import asyncio
import warnings

import pytest

from asyncshim.plugin.loops import loop_policy
from asyncshim.plugin.loops.lifetimes import SESSION, start_in
from asyncshim.plugin.loops.runner_pool import Pool
from asyncshim.plugin.loops.runners import Runner


async def answer() -> int:
    return 42


def test_the_pool_creates_no_loop_before_the_first_request(pool: Pool) -> None:
    assert len(pool) == 0
    assert pool.current is None
    pool.default()
    assert len(pool) == 1


def test_the_default_runner_is_always_the_same(pool: Pool) -> None:
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


def test_a_loop_that_was_current_before_the_session_becomes_the_shared_loop() -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pool = Pool()
    assert pool.default().loop is loop
    pool.close()
    assert loop.is_closed()


def test_the_loop_of_an_outer_session_is_current_again_afterwards(pool: Pool) -> None:
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


def test_a_runner_with_a_policy_runs_with_that_policy(pool: Pool) -> None:
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


def test_closing_the_pool_closes_every_loop_and_reports_leaks(pool: Pool) -> None:
    loops = [pool.default().loop, pool.get("other", "owner", asyncio.new_event_loop).loop]

    left: list[asyncio.Task[bool]] = []

    async def leak() -> None:
        left.append(asyncio.create_task(asyncio.Event().wait(), name="left"))

    start_in(SESSION, "test_x")
    pool.default().run(leak())
    (leaked,) = pool.close()
    assert (leaked.name, leaked.starter, leaked.stubborn) == ("'left' running Event.wait", "test_x", False)
    assert all(loop.is_closed() for loop in loops)
    assert len(pool) == 0


def test_closing_twice_or_after_the_user_did_is_harmless(pool: Pool) -> None:
    pool.default().loop.close()
    assert pool.close() == []
    assert pool.close() == []


# Loops that user code closed


def test_a_closed_loop_is_replaced_immediately(pool: Pool) -> None:
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


def test_a_loop_that_is_closed_before_its_first_use_is_replaced_silently(pool: Pool) -> None:
    runner = pool.use(pool.default())
    pool.begin()
    runner.loop.close()
    assert pool.put_back() == 0
    assert not pool.default().loop.is_closed()


def test_put_back_makes_the_loop_current_again(runner: Runner, pool: Pool) -> None:
    asyncio.set_event_loop(None)
    pool.put_back()
    assert loop_policy.current_loop() is runner.loop
