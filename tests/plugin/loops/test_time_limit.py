"""The time limit of one coroutine, and that it is off while a debugger is active."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from asyncshim.plugin.loops.time_limit import TimeLimit

ENDLESS = """\
import asyncio

async def helper():
    await asyncio.Event().wait()        # line 4

async def test_endless():
    await helper()
"""


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def expire(loop: asyncio.AbstractEventLoop, coroutine: object, limit: TimeLimit) -> asyncio.Task[object]:
    task = loop.create_task(coroutine)  # type: ignore[arg-type]
    limit.start(loop, task)
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(task)
    limit.stop()
    return task


def line_of(function: object, offset: int) -> str:
    return f"{__file__}:{function.__code__.co_firstlineno + offset}"  # type: ignore[attr-defined]


def test_the_line_is_found_inside_async_generators(loop: asyncio.AbstractEventLoop) -> None:
    async def generator() -> AsyncIterator[None]:
        await asyncio.Event().wait()
        yield

    async def iterate() -> None:
        async for _ in generator():
            pass

    limit = TimeLimit(0.01, "the case")
    expire(loop, iterate(), limit)
    assert limit.message.endswith(line_of(generator, 1))


def test_the_line_is_found_inside_an_await_method(loop: asyncio.AbstractEventLoop) -> None:
    class Awaitable:
        def __await__(self) -> Iterator[object]:
            yield from asyncio.Event().wait().__await__()

    async def wait() -> None:
        await Awaitable()  # type: ignore[misc]

    limit = TimeLimit(0.01, "the case")
    expire(loop, wait(), limit)
    assert limit.message.endswith(line_of(Awaitable.__await__, 1))


def test_a_task_that_ends_within_its_limit_is_not_cancelled(loop: asyncio.AbstractEventLoop) -> None:
    async def quick() -> str:
        return "done"

    limit = TimeLimit(0.01, "the case")
    task = loop.create_task(quick())
    limit.start(loop, task)
    assert loop.run_until_complete(task) == "done"
    limit.stop()
    loop.run_until_complete(asyncio.sleep(0.02))
    assert not limit.expired
    assert limit.message == ""


def test_a_time_limit_can_be_stopped_before_it_is_started() -> None:
    TimeLimit(1, "the case").stop()


class TestDebugger:
    """Time limits are suspended while a debugger is active."""

    BODY = """\
import asyncio, sys
async def test_it():
    {start}
    try:
        await asyncio.sleep(0.05)
    finally:
        {stop}
"""

    def run(self, pytester: pytest.Pytester, start: str, stop: str) -> pytest.RunResult:
        pytester.makepyfile(self.BODY.format(start=start, stop=stop))
        return pytester.runpytest_subprocess("--asyncshim-timeout=0.001")

    def test_a_trace_function_suspends_the_limit(self, pytester: pytest.Pytester) -> None:
        self.run(pytester, "sys.settrace(lambda *a: None)", "sys.settrace(None)").assert_outcomes(passed=1)

    @pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 669 is of Python 3.12")
    def test_a_debugger_of_pep_669_suspends_the_limit(self, pytester: pytest.Pytester) -> None:
        start = "sys.monitoring.use_tool_id(sys.monitoring.DEBUGGER_ID, 'debugger')"
        stop = "sys.monitoring.free_tool_id(sys.monitoring.DEBUGGER_ID)"
        self.run(pytester, start, stop).assert_outcomes(passed=1)

    @pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 669 is of Python 3.12")
    def test_another_tool_of_pep_669_does_not_suspend_the_limit(self, pytester: pytest.Pytester) -> None:
        start = "sys.monitoring.use_tool_id(3, 'some tool')"
        result = self.run(pytester, start, "sys.monitoring.free_tool_id(3)")
        result.assert_outcomes(failed=1)

    @pytest.mark.parametrize("core", ["ctrace", "pytrace"])
    def test_coverage_does_not_suspend_the_limit(
        self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, core: str
    ) -> None:
        pytest.importorskip("coverage")
        monkeypatch.setenv("COVERAGE_CORE", core)
        pytester.makepyfile(ENDLESS)
        result = pytester.run(
            sys.executable, "-m", "coverage", "run", "-m", "pytest", "--asyncshim-timeout=0.05", timeout=60
        )
        assert result.parseoutcomes() == {"failed": 1}

    @pytest.mark.usefixtures("idle_clock")
    @pytest.mark.parametrize("place", ["test", "fixture"])
    def test_time_in_pdb_does_not_count_for_the_limit(self, pytester: pytest.Pytester, place: str) -> None:
        """The loop stands still there; when it goes on, the trace function is gone already."""
        body = "    breakpoint()\n    await asyncio.sleep(0.2)\n    await asyncio.sleep(0.2)\n"
        source = f"async def test_it():\n{body}"
        if place == "fixture":
            source = f"@pytest.fixture\nasync def value():\n    yield\n{body}async def test_it(value): pass\n"
        pytester.makepyfile(f"import asyncio, pytest\n{source}async def test_next(): await asyncio.sleep(60)\n")
        typed = b"import time; time.sleep(0.2)\ncontinue\n"
        result = pytester.run(sys.executable, "-m", "pytest", "--asyncshim-timeout=0.3", stdin=typed, timeout=60)
        result.stdout.fnmatch_lines(["*PDB continue*"])
        assert result.parseoutcomes() == {"passed": 1, "failed": 1}
        result.stdout.fnmatch_lines(["E *::test_next exceeded its limit of 0.3 s*"])

    def test_without_a_debugger_the_limit_holds(self, pytester: pytest.Pytester) -> None:
        self.run(pytester, "pass", "pass").assert_outcomes(failed=1)
