"""A loop that runs in a suspended greenlet: other loops run meanwhile, and it goes on as if they had not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import greenlet
import pytest

from asyncshim.plugin.loops import greenlets
from house.nested import run_source
from house.sync_driver import Driver

HAS_UVLOOP = sys.platform != "win32"


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    trace, setter = greenlet.gettrace(), asyncio._set_running_loop
    yield
    greenlets.put_back()
    asyncio._set_running_loop(None)
    assert greenlet.gettrace() is trace
    assert asyncio._set_running_loop is setter


async def facts() -> tuple[object, object]:
    await asyncio.sleep(0)
    return asyncio.get_running_loop(), asyncio.current_task()


@pytest.mark.parametrize("inside_task", [False, True])
def test_another_loop_runs_and_calls_the_first_one_in_between(inside_task: bool) -> None:
    driver = Driver(asyncio.new_event_loop(), inside_task=inside_task)
    assert asyncio._get_running_loop() is driver.loop
    assert greenlets.set_aside()
    assert asyncio._get_running_loop() is None

    async def both() -> None:
        own, task = asyncio.get_running_loop(), asyncio.current_task()
        for _ in range(3):
            await asyncio.sleep(0)
            loop, other_task = driver.call(facts())
            assert (loop, other_task) == (driver.loop, other_task)
            assert other_task is not task
            assert asyncio.get_running_loop() is own
            assert asyncio.current_task() is task
            async with asyncio.timeout(60):
                await asyncio.sleep(0.001)

    asyncio.run(both())
    assert asyncio._get_running_loop() is None
    assert driver.call(facts())[0] is driver.loop
    assert asyncio._get_running_loop() is None
    asyncio.run(both())
    driver.stop()
    asyncio.run(facts())


def test_greenlets_inside_the_other_loop_belong_to_it() -> None:
    driver = Driver(asyncio.new_event_loop())
    assert greenlets.set_aside()

    async def nested() -> None:
        own, task = asyncio.get_running_loop(), asyncio.current_task()

        def child() -> None:
            assert asyncio.get_running_loop() is own
            assert asyncio.current_task() is task
            greenlet.getcurrent().parent.switch()
            assert asyncio.get_running_loop() is own
            assert asyncio.current_task() is task

        other = greenlet.greenlet(child)
        other.switch()
        await asyncio.sleep(0)
        other.switch()
        assert asyncio.get_running_loop() is own

    asyncio.run(nested())
    driver.stop()


def test_async_generators_belong_to_the_loop_that_iterates_them() -> None:
    driver = Driver(asyncio.new_event_loop())
    assert greenlets.set_aside()

    async def numbers() -> Any:
        yield 1
        yield 2

    async def both() -> None:
        mine, theirs = numbers(), numbers()
        assert await anext(mine) == 1

        async def first() -> Any:
            return await anext(theirs)

        assert driver.call(first()) == 1
        assert mine in asyncio.get_running_loop()._asyncgens  # type: ignore[attr-defined]
        assert theirs in driver.loop._asyncgens  # type: ignore[attr-defined]
        driver.call(theirs.aclose())
        await mine.aclose()

    asyncio.run(both())
    driver.stop()
    assert sys.get_asyncgen_hooks() == (None, None)


@pytest.mark.skipif(not HAS_UVLOOP, reason="uvloop is not for Windows")
def test_a_loop_that_is_written_in_c_is_found_too() -> None:
    uvloop = pytest.importorskip("uvloop")
    driver = Driver(uvloop.new_event_loop())
    assert greenlets.set_aside()
    asyncio.run(facts())
    assert driver.call(facts())[0] is driver.loop
    asyncio.run(facts())
    driver.stop()


def test_the_session_leaves_the_loop_as_it_found_it() -> None:
    driver = Driver(asyncio.new_event_loop())
    assert greenlets.set_aside()
    asyncio.run(facts())
    greenlets.put_back()
    assert asyncio._get_running_loop() is driver.loop
    assert driver.call(facts())[0] is driver.loop
    driver.stop()
    assert asyncio._get_running_loop() is None


def test_a_second_such_loop_does_not_count_as_running_either() -> None:
    first = Driver(asyncio.new_event_loop())
    assert greenlets.set_aside()
    second = Driver(asyncio.new_event_loop())
    assert asyncio._get_running_loop() is None
    asyncio.run(facts())
    assert first.call(facts())[0] is first.loop
    assert second.call(facts())[0] is second.loop
    first.stop()
    asyncio.run(facts())
    second.stop()


def test_a_loop_that_really_runs_here_is_not_set_aside() -> None:
    async def ask() -> bool:
        return greenlets.set_aside()

    assert not asyncio.run(ask())
    assert greenlets.set_aside()


DRIVER_SUITE = """
import asyncio, pytest
from house.sync_driver import Driver

@pytest.fixture(scope="SCOPE")
def driver():
    driver = Driver(asyncio.new_event_loop(), inside_task=TASK)
    yield driver
    driver.stop()

async def one(): return await asyncio.sleep(0.001, 1)

@pytest.fixture
async def value():
    yield await one()
    await asyncio.sleep(0)

@pytest.fixture(scope="module")
async def module_value():
    yield await one()
    await asyncio.sleep(0)

def test_before(module_value): assert module_value == 1
def test_sync(driver): assert driver.call(one()) == 1
async def test_async(driver, value):
    await asyncio.sleep(0)
    assert driver.call(one()) + await one() + value == 3
def test_sync_with_value(driver, value, module_value): assert driver.call(one()) == value == module_value
def test_loop(event_loop, driver): assert event_loop.run_until_complete(one()) == driver.call(one())
async def test_leaves_a_task(driver):
    asyncio.create_task(asyncio.sleep(3600))
    driver.call(one())
def test_runner(asyncio_runner, driver): assert asyncio_runner.run(one()) == driver.call(one())
async def test_dynamic(request): assert request.getfixturevalue("value") == 1
"""


@pytest.mark.parametrize("scope", ["session", "module", "function"])
@pytest.mark.parametrize("runner", ["session", "loop_scope"])
@pytest.mark.parametrize("inside_task", [False, True])
def test_async_tests_and_fixtures_pass_beside_such_a_loop(
    pytester: pytest.Pytester, scope: str, runner: str, inside_task: bool
) -> None:
    source = DRIVER_SUITE.replace("SCOPE", scope).replace("TASK", str(inside_task))
    run_source(pytester, source, f"--asyncshim-runner={runner}", passed=8)
