"""The Runner that code may ask for: it runs coroutines, and does not close the loop."""

from __future__ import annotations

import asyncio
import contextvars

from asyncshim.plugin.loops.borrowed import BorrowedRunner
from asyncshim.plugin.loops.runners import Runner

variable = contextvars.ContextVar[int]("variable")


async def read() -> int:
    await asyncio.sleep(0)
    return variable.get()


def test_it_runs_coroutines_on_the_loop_of_the_session(runner: Runner) -> None:
    borrowed = BorrowedRunner(runner)
    assert isinstance(borrowed, asyncio.Runner)
    assert borrowed.get_loop() is runner.loop
    assert borrowed.run(asyncio.sleep(0, 1)) == 1
    context = contextvars.Context()
    context.run(variable.set, 2)
    assert borrowed.run(read(), context=context) == 2


def test_closing_it_leaves_the_loop_open(runner: Runner) -> None:
    with BorrowedRunner(runner) as borrowed:
        assert not borrowed.is_closed()
    borrowed.close()
    assert not borrowed.is_closed()
    assert borrowed.run(asyncio.sleep(0, 1)) == 1
    runner.loop.close()
    assert borrowed.is_closed()
