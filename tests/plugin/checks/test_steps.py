"""The step that a loop is in, from the frames of its thread."""

from __future__ import annotations

import asyncio
import functools
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from asyncshim.plugin.checks.steps import LoopSteps, Step, is_stopped_by_debugger, runs_loop
from asyncshim.plugin.loops.own import OwnRunner
from asyncshim.plugin.loops.runner_pool import Pool


def new_uvloop() -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = pytest.importorskip("uvloop").new_event_loop()
    return loop


@pytest.fixture(params=[asyncio.new_event_loop, new_uvloop], ids=["asyncio", "uvloop"])
def runner(request: pytest.FixtureRequest, pool: Pool) -> Any:
    return pool.get("tested", "test", request.param)


def test_each_step_of_a_task_is_another_one(runner: Any) -> None:
    steps = LoopSteps(runner.loop)
    found: list[object] = []

    def look() -> None:
        step = steps.find(sys._getframe())
        assert step is not None
        found.append(step.key)

    async def test() -> None:
        for _ in range(3):
            look()
            look()
            await asyncio.sleep(0)

    runner.run(test())
    assert [found[number] is found[number + 1] for number in (0, 2, 4)] == [True] * 3
    assert len(set(map(id, found))) == 3


def test_each_callback_is_a_step(runner: Any) -> None:
    steps = LoopSteps(runner.loop)
    found: list[object] = []

    def callback() -> None:
        for _ in range(2):
            step = steps.find(sys._getframe())
            assert step is not None
            assert step.frames[0].f_code is callback.__code__
            found.append(step.key)

    async def test() -> None:
        runner.loop.call_soon(callback)
        runner.loop.call_soon(callback)
        await asyncio.sleep(0.01)

    runner.run(test())
    assert found[0] is found[1]
    assert found[2] is found[3]
    assert found[0] is not found[2]


def test_a_loop_that_waits_is_in_no_step(runner: Any) -> None:
    """The thread looks until the loop waits."""
    steps = LoopSteps(runner.loop)
    ident = threading.get_ident()
    seen: list[bool] = []

    def look(end: Callable[[], None]) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not seen:
            frame = sys._current_frames()[ident]
            if steps.find(frame) is None:
                seen.append(True)
        runner.loop.call_soon_threadsafe(end)

    async def test() -> None:
        waiting = asyncio.Event()
        thread = threading.Thread(target=look, args=(waiting.set,))
        thread.start()
        await waiting.wait()
        thread.join()

    runner.run(test())
    assert seen


def test_code_outside_of_the_loop_is_in_no_step(runner: Any) -> None:
    assert LoopSteps(runner.loop).find(sys._getframe()) is None


def test_the_frames_end_below_the_loop(runner: Any) -> None:
    found: list[str] = []

    def look() -> None:
        step = LoopSteps(runner.loop).find(sys._getframe())
        assert step is not None
        found.extend(frame.f_code.co_name for frame in step.frames)

    async def test() -> None:
        look()

    runner.run(test())
    assert found == ["look", "test"]


def test_a_callback_without_frames_has_the_name_of_its_function() -> None:
    handle = SimpleNamespace(_callback=functools.partial(functools.partial(time.sleep), 1))
    assert Step("key", [], handle).callback == "time.sleep"
    assert not Step("key", []).callback


def test_the_functions_that_run_a_loop_are_known() -> None:
    assert runs_loop(OwnRunner._run_until_done.__code__)
    assert not runs_loop(OwnRunner.run.__code__)


def test_a_traced_frame_is_one_of_a_debugger() -> None:
    frame = sys._getframe()
    assert not is_stopped_by_debugger([])
    frame.f_trace = lambda *_: None
    try:
        assert is_stopped_by_debugger([frame])
    finally:
        frame.f_trace = None


@pytest.mark.parametrize("module", ["bdb", "pdb", "pydevd", "_pydevd_bundle.pydevd_frame", "debugpy.server"])
def test_a_frame_of_a_debugger_is_known_by_its_module(module: str) -> None:
    def frame_of() -> FrameType:
        return sys._getframe()

    code = frame_of.__code__
    frame: FrameType = type(frame_of)(code, {"__name__": module, "sys": sys})()
    assert is_stopped_by_debugger([frame])


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs sys.monitoring")
def test_a_debugger_of_sys_monitoring_is_known() -> None:
    monitoring: Any = sys.monitoring
    if monitoring.get_tool(monitoring.DEBUGGER_ID) is not None:
        pytest.skip("a debugger is attached")
    monitoring.use_tool_id(monitoring.DEBUGGER_ID, "debugger")
    try:
        assert is_stopped_by_debugger([])
    finally:
        monitoring.free_tool_id(monitoring.DEBUGGER_ID)
