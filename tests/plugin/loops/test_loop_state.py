"""The settings of a loop are noted and put back."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from asyncshim.plugin.loops.loop_state import LoopState

Change = Callable[[asyncio.AbstractEventLoop], object]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def eager(loop: asyncio.AbstractEventLoop, coro: Any, **kwargs: Any) -> asyncio.Task[Any]:
    return asyncio.Task(coro, loop=loop, **kwargs)


def ignore(loop: asyncio.AbstractEventLoop, context: object) -> None:
    """An exception handler."""


def restore(state: LoopState, loop: asyncio.AbstractEventLoop) -> bool:
    """Restore all, as at the end of a test."""
    is_restored = state.restore(loop)
    state.restore_executor(loop)
    return is_restored


CHANGES: dict[str, tuple[Change, Change]] = {
    "debug": (lambda loop: loop.set_debug(not loop.get_debug()), lambda loop: loop.get_debug()),
    "slow_callback_duration": (
        lambda loop: setattr(loop, "slow_callback_duration", 99.0),
        lambda loop: loop.slow_callback_duration,
    ),
    "task_factory": (lambda loop: loop.set_task_factory(eager), lambda loop: loop.get_task_factory()),
    "exception_handler": (lambda loop: loop.set_exception_handler(ignore), lambda loop: loop.get_exception_handler()),
    "executor": (
        lambda loop: loop.set_default_executor(ThreadPoolExecutor(1)),
        lambda loop: loop._default_executor,  # type: ignore[attr-defined]
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_loop_setting_is_restored(name: str, loop: asyncio.AbstractEventLoop) -> None:
    change, read = CHANGES[name]
    state, former = LoopState(loop), read(loop)
    change(loop)
    assert read(loop) != former
    assert restore(state, loop)
    assert read(loop) == former


@pytest.mark.parametrize("name", CHANGES)
def test_an_accepted_setting_is_kept_and_the_former_one_comes_back_with_undo(
    name: str, loop: asyncio.AbstractEventLoop
) -> None:
    change, read = CHANGES[name]
    state, former = LoopState(loop), read(loop)
    change(loop)
    changed = read(loop)
    undo = state.accept(loop)
    assert undo is not None
    assert restore(state, loop)
    assert read(loop) == changed
    undo()
    assert restore(state, loop)
    assert read(loop) == former


@pytest.mark.parametrize(("mine", "other"), [*itertools.permutations(CHANGES, 2)])
def test_what_was_changed_before_is_not_accepted(mine: str, other: str, loop: asyncio.AbstractEventLoop) -> None:
    state, (change, read), (change_before, read_before) = LoopState(loop), CHANGES[mine], CHANGES[other]
    former, former_before = read(loop), read_before(loop)
    change_before(loop)
    loop.before = 1  # type: ignore[attr-defined]
    before = state.changes(loop)
    assert state.accept(loop, before) is None
    change(loop)
    loop.mine = 2  # type: ignore[attr-defined]
    changed, changed_before = read(loop), read_before(loop)
    undo = state.accept(loop, before)
    assert undo is not None
    assert (read(loop), read_before(loop)) == (changed, changed_before)
    assert [name for name, _ in state.take_back(loop)] == ["before"]
    assert restore(state, loop)
    assert (read(loop), read_before(loop)) == (changed, former_before)
    undo()
    assert restore(state, loop)
    assert (read(loop), read_before(loop)) == (former, former_before)
    assert not hasattr(loop, "mine")


def test_without_differences_no_setting_is_accepted(loop: asyncio.AbstractEventLoop) -> None:
    assert LoopState(loop).accept(loop) is None


def test_the_default_executor_of_the_loop_is_not_a_change(loop: asyncio.AbstractEventLoop) -> None:
    state = LoopState(loop)
    loop.run_until_complete(loop.run_in_executor(None, int))
    own = loop._default_executor  # type: ignore[attr-defined]
    assert state.accept(loop) is None
    assert restore(state, loop)
    assert loop._default_executor is own  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("shut_down", "use"),
    [
        ("shutdown_default_executor", "executor"),
        ("shutdown_asyncgens", "generators"),
    ],
)
def test_the_loop_works_after_shutdown_asyncgens_and_executor(
    shut_down: str, use: str, loop: asyncio.AbstractEventLoop
) -> None:
    async def numbers() -> Any:
        yield 1

    async def use_executor() -> str:
        return await loop.run_in_executor(None, lambda: "done")

    async def use_generators() -> str:
        async for _ in numbers():
            pass
        return "done"

    coroutine = {"executor": use_executor, "generators": use_generators}[use]
    state = LoopState(loop)
    loop.run_until_complete(getattr(loop, shut_down)())
    assert restore(state, loop)
    assert loop.run_until_complete(coroutine()) == "done"


def test_an_executor_that_was_shut_down_after_use_is_replaced(loop: asyncio.AbstractEventLoop) -> None:
    state = LoopState(loop)
    loop.run_until_complete(loop.run_in_executor(None, int))
    loop.run_until_complete(loop.shutdown_default_executor())
    assert restore(state, loop)
    assert loop.run_until_complete(loop.run_in_executor(None, int)) == 0


def test_a_scheduled_stop_is_cancelled_and_other_timers_are_kept(
    loop: asyncio.AbstractEventLoop,
) -> None:
    state = LoopState(loop)
    stop, other = loop.call_later(60, loop.stop), loop.call_later(60, print)
    assert restore(state, loop)
    assert stop.cancelled()
    assert not other.cancelled()
    other.cancel()


class Virtual(asyncio.SelectorEventLoop):
    """A loop with a clock of its own, which is part of its state."""

    ticks = 0

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def advance(self) -> None:
        self.now += 60
        self.ticks += 1
        self.last = self.now


def test_the_state_of_a_suites_own_loop_is_left_alone_and_its_methods_come_back() -> None:
    loop: Any = Virtual()
    try:
        state = LoopState(loop)
        loop.advance()
        loop.advance = loop.call_later = ignore
        assert [name for name, _ in state.take_back(loop)] == ["advance", "call_later"]
        assert (loop.now, loop.ticks, loop.last) == (60, 1, 60)
        loop.advance()
        assert loop.now == 120
    finally:
        loop.close()


def test_attributes_of_asyncios_own_loop_are_taken_back(loop: Any) -> None:
    state = LoopState(loop)
    loop.owner = "a test"
    loop.create_future = ignore
    assert dict(state.take_back(loop)) == {"owner": "a test", "create_future": ignore}
    assert not hasattr(loop, "owner")
    assert isinstance(loop.create_future(), asyncio.Future)
    assert state.take_back(loop) == []


class Sealed:
    """A loop that is written in C: its settings can be read, what was shut down cannot be started again."""

    def __init__(self) -> None:
        object.__setattr__(self, "_executor_shutdown_called", True)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)

    def get_debug(self) -> bool:
        return False

    def get_task_factory(self) -> None:
        return None

    get_exception_handler = get_task_factory


def test_a_loop_whose_settings_cannot_be_restored_is_reported() -> None:
    sealed: Any = Sealed()
    assert not LoopState(sealed).restore(sealed)


def test_settings_of_a_uvloop_are_restored() -> None:
    uvloop = pytest.importorskip("uvloop")
    loop = uvloop.new_event_loop()
    try:
        state = LoopState(loop)
        loop.set_debug(True)
        loop.set_exception_handler(ignore)
        assert restore(state, loop)
        assert loop.get_debug() is False
        assert loop.get_exception_handler() is None
    finally:
        loop.close()


_TWO_RUNS = """
import asyncio
import gc
from asyncshim.plugin.loops.runner_pool import Pool

pool = Pool()
runner = pool.use(pool.default())
for _ in range(2):
    pool.begin()
    runner.run(asyncio.sleep(0))
    assert pool.is_clean()
assert not any(isinstance(found, dict) and "_ready" in found for found in gc.get_referents(runner.loop))
runner.loop.create_future = asyncio.Future
assert not pool.is_clean()
pool.put_back()
assert pool.is_clean()
pool.close()
"""


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="with one attribute more, a loop of Python 3.14 has too many")
def test_a_run_that_leaves_nothing_keeps_the_attributes_of_the_loop_quick_to_read() -> None:
    # Python moves them to a dictionary when that is asked for, and when an object of the class has had more than 30.
    subprocess.run([sys.executable, "-W", "error", "-c", _TWO_RUNS], check=True)
