"""A loop of asyncio's own stops after one turn if that is enough, and does all else as ``run_forever()`` does."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import pytest

from asyncshim.plugin.loops import turns
from asyncshim.plugin.loops.interrupts import Interrupts
from asyncshim.plugin.loops.own import OwnRunner
from asyncshim.plugin.loops.runners import STOPPED

needs_parts = pytest.mark.skipif(sys.version_info < (3, 13), reason="run_forever() has no parts before Python 3.13")


class CountingLoop(asyncio.SelectorEventLoop):
    """Counts its turns."""

    turns = 0

    def _run_once(self) -> None:
        self.turns += 1
        super()._run_once()  # type: ignore[misc]


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Generator[OwnRunner, None, None]:
    """A Runner whose loop counts as one of asyncio's own."""
    monkeypatch.setattr("asyncshim.plugin.loops.loop_state._OWN_CLASSES", {CountingLoop})
    monkeypatch.setattr(asyncio, "SelectorEventLoop", CountingLoop)
    made = OwnRunner(Interrupts(), factory=CountingLoop)
    yield made
    made.close(5.0)


def turns_for(runner: OwnRunner, coroutine: Coroutine[object, object, Any]) -> int:
    loop: Any = runner.loop
    before = loop.turns
    runner.run(coroutine)
    return int(loop.turns - before)


async def trivial() -> None:
    pass


@needs_parts
def test_a_coroutine_that_never_waits_takes_one_turn(runner: OwnRunner) -> None:
    assert turns.can_turn(runner.loop)
    assert turns_for(runner, trivial()) == 1


def test_what_a_coroutine_leaves_behind_gets_one_more_turn(runner: OwnRunner) -> None:
    called: list[str] = []

    async def leave() -> None:
        asyncio.get_running_loop().call_soon(called.append, "callback")
        asyncio.current_task().add_done_callback(lambda _: called.append("done"))  # type: ignore[union-attr]

        async def other() -> None:
            called.append("task")

        leave.task = asyncio.create_task(other())  # type: ignore[attr-defined]

    assert turns_for(runner, leave()) == 2
    assert sorted(called) == ["callback", "done", "task"]


def test_a_timer_that_is_left_behind_gets_one_more_turn(runner: OwnRunner) -> None:
    called: list[str] = []

    async def leave() -> None:
        asyncio.get_running_loop().call_later(0, called.append, "timer")

    assert turns_for(runner, leave()) == 2
    assert called == ["timer"]


def test_a_descriptor_that_can_be_read_gets_one_more_turn(runner: OwnRunner) -> None:
    called: list[str] = []
    near, far = socket.socketpair()

    async def leave() -> None:
        asyncio.get_running_loop().add_reader(near, called.append, "read")
        far.send(b"x")

    with near, far:
        assert turns_for(runner, leave()) == 2
        runner.loop.remove_reader(near)
    assert called == ["read"]


def test_a_coroutine_that_waits_takes_no_turn_more_than_before(runner: OwnRunner) -> None:
    async def wait() -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    assert turns_for(runner, wait()) == 5


def test_a_loop_that_the_first_turn_stops_has_not_completed_the_coroutine(runner: OwnRunner) -> None:
    async def stop() -> None:
        asyncio.get_running_loop().stop()
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match=STOPPED):
        runner.run(stop())
    turns_for(runner, trivial())


def test_the_last_statement_may_stop_the_loop(runner: OwnRunner) -> None:
    async def stop() -> str:
        asyncio.get_running_loop().stop()
        return "done"

    assert runner.run(stop()) == "done"
    assert not runner.loop._stopping  # type: ignore[attr-defined]


def test_a_task_that_is_done_before_the_loop_runs_is_no_reason_to_wait(runner: OwnRunner) -> None:
    eager: Any = getattr(asyncio, "eager_task_factory", None)
    if eager is None:
        pytest.skip("tasks are eager since Python 3.12")
    runner.loop.set_task_factory(eager)
    runner.run(trivial())


@pytest.mark.parametrize("replace", [lambda cls, new: (cls, new), lambda _, new: (None, new)], ids=["class", "object"])
def test_a_replaced_run_forever_is_called(
    runner: OwnRunner, replace: Callable[..., tuple[Any, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    former = CountingLoop.run_forever

    def run_forever(self: Any = runner.loop) -> None:
        called.append("run_forever")
        former(self)

    owner, new = replace(CountingLoop, run_forever)
    monkeypatch.setattr(owner or runner.loop, "run_forever", new, raising=False)
    runner.run(trivial())
    assert called == ["run_forever"]


@needs_parts
def test_both_halves_of_a_generator_take_one_turn_each(runner: OwnRunner) -> None:
    from asyncshim.plugin.loops.generator_host import GeneratorHost

    async def generate() -> Any:
        yield 1

    loop: Any = runner.loop
    host = GeneratorHost(runner, generate())
    assert host.set_up(None) == 1
    assert loop.turns == 1
    host.tear_down(None, lambda: runner)
    assert loop.turns == 2


def test_what_the_first_half_of_a_generator_starts_has_begun_before_the_test(runner: OwnRunner) -> None:
    from asyncshim.plugin.loops.generator_host import GeneratorHost

    begun: list[str] = []

    async def serve() -> None:
        begun.append("served")

    async def generate() -> Any:
        task = asyncio.create_task(serve())
        yield task

    host = GeneratorHost(runner, generate())
    host.set_up(None)
    assert begun == ["served"]
    host.tear_down(None, lambda: runner)


def test_an_exit_leaves_the_loop_as_it_was(runner: OwnRunner) -> None:
    async def leave() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        runner.run(leave())
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop()
        pytest.fail("a loop is running")
    assert not runner.loop.is_running()
    runner.run(trivial())
