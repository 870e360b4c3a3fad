"""Open async generators are closed at the end of the scope that opened them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from asyncshim.plugin.loops.async_generators import close_async_generators
from asyncshim.plugin.loops.lifetimes import FUNCTION, SESSION, start_in
from asyncshim.plugin.loops.runners import LoopScope, Runner


async def numbers(closed: list[str]) -> AsyncIterator[int]:
    try:
        yield 1
        yield 2
    finally:
        closed.append("closed")


def test_an_open_generator_is_closed_and_described_at_the_end_of_its_scope(runner: Runner) -> None:
    module, closed = LoopScope("module"), list[str]()
    generator = numbers(closed)

    async def open_it() -> None:
        assert await anext(generator) == 1

    start_in(module, "test_x")
    runner.run(open_it())
    start_in(FUNCTION, "test_x")
    assert close_async_generators(runner, FUNCTION, 60) == []
    (leak,) = close_async_generators(runner, module, 60)
    assert (leak.kind, leak.name, leak.starter, leak.stubborn) == ("async generator", "'numbers'", "test_x", False)
    assert closed == ["closed"]
    assert close_async_generators(runner, SESSION, 60) == []
