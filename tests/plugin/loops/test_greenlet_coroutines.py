"""What synchronous code of a coroutine may wait for; `run/test_getfixturevalue.py` has what fixtures make of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from asyncshim.plugin.loops import greenlet_coroutines
from asyncshim.plugin.loops.greenlet_coroutines import driven, is_waiting_possible
from asyncshim.plugin.loops.tracebacks import frames_of

pytest.importorskip("greenlet")


async def steps(seen: list[object]) -> str:
    seen.append(is_waiting_possible(asyncio.get_running_loop()))
    seen.append(await asyncio.sleep(0, "slept"))
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        seen.append("cancelled")
    return "result"


async def generate() -> Any:
    yield await asyncio.sleep(0, 1)
    yield 2


def test_a_coroutine_gets_the_values_and_errors_that_it_would_get_without_greenlets() -> None:
    async def main() -> None:
        seen: list[object] = []
        task = asyncio.create_task(driven(steps(seen)))
        while len(seen) < 2:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [frame.f_code.co_name for frame in frames_of(task)][:1] == ["steps"]
        task.cancel()
        assert await task == "result"
        assert seen == [True, "slept", "cancelled"]
        assert "steps" in repr(task)

    asyncio.run(main())


def test_an_awaited_coroutine_and_an_async_generator_run_in_greenlets_too() -> None:
    async def main() -> None:
        seen: list[object] = []
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await driven(asyncio.sleep(3600))
        assert [value async for value in driven(generate())] == [1, 2]
        generator = driven(generate())
        assert await anext(generator) == 1
        with pytest.raises(LookupError):
            await generator.athrow(LookupError())
        assert not is_waiting_possible(asyncio.get_running_loop())
        assert seen == []

    asyncio.run(main())


def test_a_coroutine_that_is_closed_runs_its_clean_up() -> None:
    seen: list[str] = []

    async def cleans_up() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            seen.append("closed")

    async def main() -> None:
        coroutine = driven(cleans_up())
        coroutine.send(None)
        coroutine.close()

    asyncio.run(main())
    assert seen == ["closed"]


def test_without_greenlet_what_is_started_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(greenlet_coroutines, "greenlet_module", lambda: None)
    started = steps([])
    assert driven(started) is started
    started.close()
