"""``asyncshim_blocking_calls``: calls that are known to block, detected by blockbuster."""

from __future__ import annotations

import importlib.util

import pytest

from asyncshim.plugin.checks.blocking_calls import import_blockbuster

CALLS = "--asyncshim-blocking-calls"
ERROR = "--asyncshim-blocking=error"
needs_blockbuster = pytest.mark.skipif(
    importlib.util.find_spec("blockbuster") is None, reason="needs asyncshim[blocking]"
)

SUITE = """
import asyncio, os, socket, threading, time
from time import sleep

import pytest

def wait():
    try:
        time.sleep(0)
    except Exception:
        pass

async def test_sleeps(): time.sleep(0)
async def test_sleeps_by_another_name(): sleep(0)
async def test_suppresses_the_error(): wait()

async def test_writes_a_file(tmp_path):
    (tmp_path / "file").write_text("text")

async def test_receives():
    one, other = socket.socketpair()
    with one, other:
        other.send(b"text")
        one.recv(4)

@pytest.fixture
async def connected():
    time.sleep(0)

async def test_has_a_fixture_that_sleeps(connected): pass
"""
INNOCENT = """
import asyncio, threading, time

import pytest

def wait(): time.sleep(0)

@pytest.mark.allow_blocking
async def test_may_block(): time.sleep(0)
async def test_calls_an_allowed_function(): wait()
async def test_has_a_thread(): await asyncio.to_thread(time.sleep, 0)
async def test_prints(): print("text")
async def test_imports(): import xml.dom.minidom
async def test_asks_for_a_fixture(request): request.getfixturevalue("tmp_path")
def test_is_synchronous(): time.sleep(0)

def test_has_a_loop_of_its_own():
    async def main(): time.sleep(0)
    asyncio.run(main())

async def test_replaces_the_function(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    time.sleep(60)

async def test_locks():
    lock = threading.Lock()
    with lock: pass
"""


@needs_blockbuster
def test_calls_that_block_fail_their_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SUITE)
    result = pytester.runpytest(CALLS, ERROR)
    result.assert_outcomes(failed=5, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_has_a_fixture_that_sleeps*",
            "E *BlockingError: Blocking call to *sleep*",  # blockbuster before 1.5.20 names the module after it
            "*found by asyncshim*",
            "test_it.py::test_has_a_fixture_that_sleeps blocked the event loop by a call of time.sleep (*) at:",
            "  test_it.py:27 in connected: time.sleep(0)",
            "test_it.py::test_sleeps blocked the event loop by a call of time.sleep (*) at:",
            "  test_it.py:12 in test_sleeps: async def test_sleeps(): time.sleep(0)",
            "*_ test_suppresses_the_error _*",
            "test_it.py::test_suppresses_the_error blocked the event loop by a call of time.sleep (*) at:",
            "  test_it.py:14 in test_suppresses_the_error: async def test_suppresses_the_error(): wait()",
            "  test_it.py:8 in wait: time.sleep(0)",
            "test_it.py::test_writes_a_file blocked the event loop by a call of io.TextIOWrapper.write (*) at:",
            "test_it.py::test_receives blocked the event loop by a call of socket.socket.* at:",
        ]
    )


@needs_blockbuster
def test_calls_go_on_and_are_warned_about_by_default(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SUITE)
    result = pytester.runpytest(CALLS, "-W", "default")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(["*test_it.py:8: BlockingWarning: test_it.py::test_suppresses_the_error blocked the *"])


@needs_blockbuster
def test_calls_that_are_allowed_or_not_on_the_loop_of_the_suite_pass(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=INNOCENT)
    pytester.makeini("[pytest]\nasyncshim_blocking_calls = true\nasyncshim_blocking_allowed = test_it:wait")
    pytester.runpytest(ERROR, "-W", "error").assert_outcomes(passed=10)


@needs_blockbuster
def test_the_functions_are_restored(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import time\nasync def test_it(): assert time.sleep.__name__ == 'wrapper'")
    pytester.runpytest(CALLS).assert_outcomes(passed=1)
    import time

    assert time.sleep.__name__ == "sleep"


@needs_blockbuster
def test_200_calls_give_a_short_report(pytester: pytest.Pytester) -> None:
    calls = "\n".join("    wait(lambda: time.sleep(0))" for _ in range(200))
    pytester.makepyfile(
        test_it=f"""import time
def wait(function):
    try: function()
    except Exception: pass
async def test_places():
{calls}
async def test_one_place():
    for _ in range(200): wait(lambda: time.sleep(0))
"""
    )
    result = pytester.runpytest(CALLS, ERROR)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "test_it.py::test_places blocked the event loop by 190 more calls",
            "test_it.py::test_one_place blocked the event loop by a call of time.sleep, 200 times (*) at:",
        ]
    )
    assert len(result.outlines) < 100


@needs_blockbuster
def test_the_loop_of_a_caller_is_checked_by_uvloop_too(pytester: pytest.Pytester) -> None:
    pytest.importorskip("uvloop")
    pytester.makepyfile("import time\nasync def test_it(): time.sleep(0)")
    result = pytester.runpytest(CALLS, ERROR, "-o", "asyncshim_loop_factory=uvloop:new_event_loop")
    result.assert_outcomes(failed=1)


@pytest.mark.parametrize("workers", [[], ["-p", "xdist", "-n1"]], ids=["alone", "xdist"])
def test_a_missing_library_is_a_usage_error(pytester: pytest.Pytester, workers: list[str]) -> None:
    if workers:
        pytest.importorskip("xdist")
    pytester.makepyfile(blockbuster="raise ImportError('missing')", test_it="async def test_it(): pass")
    pytester.syspathinsert()
    result = pytester.runpytest_subprocess(CALLS, *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: asyncshim_blocking_calls needs the library blockbuster, *asyncshim[[]blocking[]]*"]
    )


@needs_blockbuster
def test_the_library_is_found() -> None:
    assert import_blockbuster().BlockBuster


@needs_blockbuster
def test_a_baseline_accepts_the_calls_of_today_and_a_new_one_fails(pytester: pytest.Pytester) -> None:
    accepted = "import time\nasync def test_old(): time.sleep(0)\n"
    pytester.makepyfile(test_it=accepted)
    baseline = "--asyncshim-baseline=accepted.json"
    pytester.runpytest(CALLS, ERROR, baseline, "--asyncshim-update-baseline").assert_outcomes(passed=1)
    pytester.makepyfile(test_it=f"{accepted}async def test_new(): time.sleep(0)\n")
    result = pytester.runpytest(CALLS, baseline)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*test_new blocked the event loop by a call of time.sleep *", "FAILED *::test_new*"])
