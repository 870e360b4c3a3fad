"""Both halves of an async generator fixture in one task and one context, without pytest between."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import Any

import pytest

from asyncshim.plugin.loops.generator_host import GeneratorHost
from asyncshim.plugin.loops.runner_pool import Pool
from asyncshim.plugin.loops.runners import Runner
from asyncshim.plugin.loops.time_limit import TimeLimit

VARIABLE: ContextVar[str] = ContextVar("VARIABLE", default="unset")


def tear_down(host: GeneratorHost, pool: Pool, limit: TimeLimit | None = None) -> None:
    host.tear_down(limit, pool.default)


async def some_turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_both_halves_run_in_the_same_task_and_context(pool: Pool, runner: Runner) -> None:
    tasks: list[object] = []

    async def fixture() -> AsyncIterator[str]:
        tasks.append(asyncio.current_task())
        token = VARIABLE.set("inside")
        yield "value"
        VARIABLE.reset(token)
        tasks.append(asyncio.current_task())

    host = GeneratorHost(runner, fixture())
    assert host.set_up(None) == "value"
    assert host.context is not None
    assert host.context[VARIABLE] == "inside"
    runner.run(some_turns())
    tear_down(host, pool)
    assert tasks[0] is tasks[1] is not None


def test_shutdown_asyncgens_in_a_test_does_not_finish_the_fixture(pool: Pool, runner: Runner) -> None:
    seen: list[str] = []

    async def fixture() -> AsyncIterator[None]:
        try:
            yield
            seen.append("second half")
        finally:
            seen.append("finally")

    host = GeneratorHost(runner, fixture())
    host.set_up(None)
    runner.run(runner.loop.shutdown_asyncgens())
    assert seen == []
    tear_down(host, pool)
    assert seen == ["second half", "finally"]


def test_an_error_of_the_first_half_is_raised_with_the_frames_of_the_user(runner: Runner) -> None:
    async def fixture() -> AsyncIterator[None]:
        raise LookupError("of the first half")
        yield

    with pytest.raises(LookupError, match="of the first half") as caught:
        GeneratorHost(runner, fixture()).set_up(None)
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-1] == "fixture"
    assert names.count("_live") == 0
    assert runner.hosts == 0


def test_an_error_of_the_second_half_is_raised_with_the_frames_of_the_user(pool: Pool, runner: Runner) -> None:
    async def fixture() -> AsyncIterator[None]:
        yield
        raise LookupError("of the second half")

    host = GeneratorHost(runner, fixture())
    host.set_up(None)
    with pytest.raises(LookupError, match="of the second half") as caught:
        tear_down(host, pool)
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-1] == "fixture"
    assert names.count("_finish") == 0


def test_a_generator_that_yields_twice_is_an_error_and_is_closed(pool: Pool, runner: Runner) -> None:
    seen: list[str] = []

    async def fixture() -> AsyncIterator[None]:
        try:
            yield
            yield
        finally:
            seen.append("closed")

    host = GeneratorHost(runner, fixture())
    host.set_up(None)
    with pytest.raises(ValueError, match="Yield only once"):
        tear_down(host, pool)
    assert seen == ["closed"]


def test_the_first_half_has_a_time_limit(runner: Runner) -> None:
    seen: list[str] = []

    async def fixture() -> AsyncIterator[None]:
        try:
            await asyncio.Event().wait()
            yield
        finally:
            seen.append("finally")

    with pytest.raises(TimeoutError, match=r"the fixture exceeded its limit of 0\.01 s"):
        GeneratorHost(runner, fixture()).set_up(TimeLimit(0.01, "the fixture"))
    assert seen == ["finally"]
    assert runner.hosts == 0


def test_if_the_loop_is_closed_the_second_half_runs_on_a_new_loop(pool: Pool, runner: Runner) -> None:
    seen: list[Any] = []

    async def fixture() -> AsyncIterator[None]:
        yield
        await asyncio.sleep(0)
        seen.append(asyncio.get_running_loop())

    host = GeneratorHost(runner, fixture())
    host.set_up(None)
    runner.loop.close()
    tear_down(host, pool)
    assert seen == [pool.default().loop]
    assert seen != [runner.loop]


def test_waiting_generators_are_counted(pool: Pool, runner: Runner) -> None:
    async def fixture() -> AsyncIterator[None]:
        yield

    host = GeneratorHost(runner, fixture())
    host.set_up(None)
    assert runner.hosts == 1
    tear_down(host, pool)
    assert runner.hosts == 0


def test_generator_fixtures_can_be_torn_down_in_any_order(pool: Pool, runner: Runner) -> None:
    seen: list[int] = []

    async def fixture(number: int) -> AsyncIterator[int]:
        async with asyncio.timeout(60):
            yield number
        seen.append(number)

    hosts = [GeneratorHost(runner, fixture(number)) for number in range(3)]
    assert [host.set_up(None) for host in hosts] == [0, 1, 2]
    for host in (hosts[1], hosts[0], hosts[2]):
        tear_down(host, pool)
    assert seen == [1, 0, 2]
