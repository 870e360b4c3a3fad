"""Sessions in one process, inside each other and in workers have Runners of their own, and keep nothing of a test."""

from __future__ import annotations

import pytest

from house.loops import HEAD, Loops
from house.nested import as_sync, run, run_source


def test_two_sessions_in_one_process_have_separate_loops(pytester: pytest.Pytester, loops: Loops) -> None:
    pytester.makepyfile(HEAD + "async def test_it(session_loop): assert session_loop is asyncio.get_running_loop()")
    run(pytester, passed=1)
    run(pytester, passed=1)
    assert len(loops.made) == len(loops.closed) == 2


def test_a_session_inside_a_session_leaves_the_outer_loop_alone(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("pytest_plugins = ['pytester']")
    source = """
import asyncio, pytest
loops = []
async def test_before():
    loops.append(asyncio.get_running_loop())
    asyncio.of_the_outer_session = loops[0]
def test_nested(pytester):
    pytester.makepyfile("import asyncio\\nasync def test_inner():"
        " assert asyncio.get_running_loop() is not asyncio.of_the_outer_session")
    pytester.runpytest_inprocess("-p", "no:randomly").assert_outcomes(passed=1)
    assert asyncio.get_event_loop() is loops[0]
async def test_after(): assert asyncio.get_running_loop() is loops[0]
"""
    run_source(pytester, source, passed=3)


def test_each_worker_of_xdist_has_its_own_runner(pytester: pytest.Pytester) -> None:
    source = """
import os
@pytest.mark.parametrize("number", range(8))
async def test_it(number, session_loop):
    assert asyncio.get_running_loop() is session_loop
    with open(f"{os.environ['PYTEST_XDIST_WORKER']}.txt", "a") as stream:
        stream.write(f"{os.getpid()} {id(session_loop)}\\n")
"""
    pytester.makepyfile(HEAD + source)
    result = pytester.runpytest_subprocess("-p", "xdist", "-n", "2", "-W", "error", timeout=120)
    result.assert_outcomes(passed=8)
    written = [set(path.read_text(encoding="utf-8").splitlines()) for path in pytester.path.glob("gw*.txt")]
    assert [len(lines) for lines in written] == [1] * len(written)
    assert 1 <= len(written) <= 2


KEPT = """
import asyncio, gc, pytest, weakref
@pytest.fixture
async def value(): return object()
@pytest.fixture
async def around():
    yield object()
    await asyncio.sleep(0)
counts = []
class Value: pass
alive = []
@pytest.mark.parametrize("number", range(60))
async def test_it(number, value, around):
    local = Value()
    alive.append(weakref.ref(local))
    await asyncio.sleep(0)
    if number in (20, 40, 59):
        gc.collect()
        counts.append(len(gc.get_objects()))
def test_counts():
    gc.collect()
    assert [ref() for ref in alive if ref() is not None] == []
    print("per test:", (counts[2] - counts[1]) / 19, "at first:", (counts[1] - counts[0]) / 20)
"""


def test_asyncshim_keeps_no_objects_of_finished_tests(pytester: pytest.Pytester) -> None:
    def kept(source: str, *arguments: str) -> float:
        pytester.makepyfile(test_it=source)
        result = pytester.runpytest_subprocess("-s", "-W", "error", *arguments)
        result.assert_outcomes(passed=61)
        (line,) = [line for line in result.outlines if "per test:" in line]
        return float(line.split("per test: ")[1].split()[0])

    assert kept(KEPT) <= kept(as_sync(KEPT), "-p", "no:asyncshim") + 0.2
