"""A Runner of a loop that its owner keeps running in another thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from asyncshim.plugin.loops import lent as lent_module
from asyncshim.plugin.loops.lent import LentRunner, LoopStandsStillError
from asyncshim.plugin.loops.runners import LoopIsRunningError
from asyncshim.plugin.loops.time_limit import TimeLimit


@pytest.fixture
def lent() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def runner(lent: asyncio.AbstractEventLoop) -> Iterator[LentRunner]:
    yield LentRunner(lent)
    asyncio.set_event_loop(None)


def test_the_settings_of_a_lent_loop_are_not_restored(runner: LentRunner, lent: asyncio.AbstractEventLoop) -> None:
    lent.set_debug(True)
    assert runner.accept_changes() is None
    assert runner.put_back()
    assert lent.get_debug()


def test_a_limit_of_a_task_that_ignores_it_still_fails(runner: LentRunner) -> None:
    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise LookupError from None

    with pytest.raises(TimeoutError, match="the test exceeded its limit"):
        runner.run(stubborn(), TimeLimit(0.05, "the test"))


def test_an_error_in_the_thread_of_the_loop_is_raised_in_the_thread_of_pytest(
    runner: LentRunner, lent: asyncio.AbstractEventLoop
) -> None:
    def factory(*_: object, **__: object) -> asyncio.Task[None]:
        raise LookupError("no tasks today")

    async def never() -> None: ...

    lent.set_task_factory(factory)  # type: ignore[arg-type]
    with pytest.raises(LookupError, match="no tasks today"):
        runner.run(never())
    lent.set_task_factory(None)


def test_a_coroutine_cannot_wait_for_another_one_through_the_runner(runner: LentRunner) -> None:
    async def inner() -> None: ...

    async def outer() -> None:
        runner.run(inner())

    with pytest.raises(LoopIsRunningError):
        asyncio.run(outer())


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "idle"])
def test_a_loop_that_does_not_run_is_an_error_and_not_a_hang(monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    monkeypatch.setattr(lent_module, "_PATIENCE", 0.3)
    loop = asyncio.new_event_loop()
    if closed:
        loop.close()

    async def never() -> None: ...

    with pytest.raises(LoopStandsStillError, match="has to keep it running"):
        LentRunner(loop).run(never())
    asyncio.set_event_loop(None)
    loop.close()
