"""``asyncshim_slow_callback``: what holds the loop is named with its test, lines and time.

The suites block until the watchdog has seen it, however slow the machine is.
"""

from __future__ import annotations

import sys

import pytest

from house.nested import run_on_lent_loop
from house.watching import CONFTEST

LIMIT = "--asyncshim-slow-callback=0.05"
ERROR = "--asyncshim-blocking=error"


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST)
    return pytester


SUITE = """
import asyncio, pytest

async def test_sleeps(watching):
    watching.block()

async def test_computes(watching):
    watching.compute()

async def test_waits_for_a_lock(watching):
    watching.dog.slow.wait(60)

async def test_has_a_callback_that_blocks(watching):
    asyncio.get_running_loop().call_soon(watching.block)
    await asyncio.sleep(0)
    await asyncio.sleep(0)

async def test_has_a_task_that_blocks(watching):
    async def work(): watching.block()
    await asyncio.create_task(work())

@pytest.mark.own_runner
async def test_has_a_runner_of_its_own(watching):
    watching.block()

async def test_waits():
    await asyncio.sleep(0.1)

def test_is_synchronous(watching):
    watching.block_unseen()

@pytest.mark.allow_blocking
async def test_may_block(watching):
    watching.block_unseen()

@pytest.mark.allow_blocking
class TestMayBlock:
    async def test_it(self, watching):
        watching.block_unseen()
"""


@pytest.mark.parametrize(
    "loop", [[], ["-o", "asyncshim_loop_factory=uvloop:new_event_loop"]], ids=["asyncio", "uvloop"]
)
def test_what_holds_the_loop_fails_its_test(suite: pytest.Pytester, loop: list[str]) -> None:
    if loop:
        pytest.importorskip("uvloop")
    suite.makepyfile(test_it=SUITE)
    result = suite.runpytest(LIMIT, ERROR, *loop)
    result.assert_outcomes(failed=6, passed=4)
    result.stdout.fnmatch_lines(
        [
            "test_it.py::test_sleeps held the event loop for about *s (asyncshim_slow_callback = 0.05) at:",
            "  test_it.py:4 in test_sleeps: watching.block()",
            "  conftest.py:* in Watching.block: time.sleep(0.02)",
            "test_it.py::test_computes held the event loop*",
            "  test_it.py:7 in test_computes: watching.compute()",
            "test_it.py::test_waits_for_a_lock held the event loop*",
            "  test_it.py:10 in test_waits_for_a_lock: watching.dog.slow.wait(60)",
            "  *threading.py:* in Event.wait: *",
            "test_it.py::test_has_a_callback_that_blocks held the event loop*",
            "  conftest.py:* in Watching.block: time.sleep(0.02)",
            "test_it.py::test_has_a_task_that_blocks held the event loop*",
            "  test_it.py:18 in test_has_a_task_that_blocks.<locals>.work: async def work(): watching.block()",
            "test_it.py::test_has_a_runner_of_its_own held the event loop*",
        ]
    )


FIXTURES = """
import pytest

@pytest.fixture
async def slow(watching):
    watching.block()
    yield
    watching.block()

async def test_it(slow): pass
"""


def test_a_fixture_that_blocks_fails_the_phase_in_which_it_does(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_it=FIXTURES)
    result = suite.runpytest(LIMIT, ERROR)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_it*",
            "test_it.py::test_it held the event loop*",
            "  test_it.py:5 in slow: watching.block()",
            "*ERROR at teardown of test_it*",
            "  test_it.py:7 in slow: watching.block()",
        ]
    )


def test_the_warning_can_be_filtered_by_its_class(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_it="async def test_it(watching): watching.block()")
    result = suite.runpytest_subprocess(LIMIT)
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*conftest.py:16: BlockingWarning: test_it.py::test_it held the event loop*"])
    suite.runpytest_subprocess(LIMIT, "-W", "error::asyncshim.BlockingWarning").assert_outcomes(failed=1)


def test_a_test_that_fails_for_another_reason_says_so_and_names_what_blocked(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_it="async def test_it(watching):\n    watching.block()\n    assert False")
    result = suite.runpytest(LIMIT, ERROR)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E       assert False", "*found by asyncshim*", "test_it.py::test_it held the event*"])


def test_an_allowed_function_may_block(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_it="async def test_it(watching): watching.block_unseen()")
    suite.makeini("[pytest]\nasyncshim_blocking_allowed =\n    conftest:block_unseen")
    suite.runpytest(LIMIT, ERROR).assert_outcomes(passed=1)


@pytest.mark.parametrize("line", ["conftest", "conftest:", ":block"])
def test_a_wrong_line_of_allowed_functions_is_a_usage_error(suite: pytest.Pytester, line: str) -> None:
    suite.makeini(f"[pytest]\nasyncshim_blocking_allowed = {line}")
    result = suite.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*'{line}' is not a valid line of asyncshim_blocking_allowed: module:function*"])


def test_a_debugger_at_its_prompt_does_not_hold_the_loop(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_it="""
        import sys

        async def test_it(watching):
            sys._getframe().f_trace = lambda *_: None  # as pdb.set_trace() does
            watching.block_unseen()
        """
    )
    suite.runpytest(LIMIT, ERROR).assert_outcomes(passed=1)


PROGRAMS = """
import asyncio, http.client, http.server, subprocess, sys, threading

CODE = "import os, sys, time\\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)"

def answer(watching, path):
    def wait():
        watching.dog.slow.wait(60)
        path.touch()
    threading.Thread(target=wait).start()

async def test_runs_a_program(watching, tmp_path):
    answer(watching, tmp_path / "end")
    subprocess.run([sys.executable, "-c", CODE, str(tmp_path / "end")], check=True)

async def test_asks_a_server(watching):
    begun = threading.Event()
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            begun.wait(60)
            watching.dog.slow.wait(60)
            self.send_response(200)
            self.end_headers()
        def log_message(self, *_): pass
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.handle_request).start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        connection.request("GET", "/")
        await asyncio.sleep(0)  # the next step only waits, however slow the machine is
        watching.dog.slow.clear()
        begun.set()
        connection.getresponse().close()
        connection.close()
"""


def test_a_program_and_a_server_that_are_waited_for_are_named(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_it=PROGRAMS)
    result = suite.runpytest(LIMIT, ERROR)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "  test_it.py:13 in test_runs_a_program: subprocess.run(*",
            "  *subprocess.py:*",
            "  test_it.py:* in test_asks_a_server: connection.getresponse()*",
            "  *client.py:*",
            "  *socket.py:*",
        ]
    )


def test_the_loop_of_a_caller_is_watched_too(suite: pytest.Pytester) -> None:
    source = "async def test_it(watching): watching.block()"
    result = run_on_lent_loop(suite, source, LIMIT, ERROR, failed=1)
    result.stdout.fnmatch_lines(["  *test_it: async def test_it(watching): watching.block()"])


MANY = """
import asyncio, pytest

@pytest.mark.parametrize("number", range(2))
async def test_it(watching, number):
    for _ in range(100):
        watching.dog.slow.wait(60)
        watching.dog.slow.clear()
        await asyncio.sleep(0)
"""


def test_the_report_of_many_blocked_callbacks_is_short_with_xdist_too(suite: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    suite.makepyfile(test_it=MANY)
    result = suite.runpytest_subprocess("--asyncshim-slow-callback=0.005", ERROR, "-p", "xdist", "-n1")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["test_it.py::test_it[[]0] held the event loop * times, for about * s *"])
    assert len(result.outlines) < 200


def test_without_the_option_there_is_no_thread(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys, threading

        async def test_it():
            assert [thread.name for thread in threading.enumerate() if "watchdog" in thread.name] == []
            assert not [name for name in sys.modules if name.startswith("asyncshim.plugin.checks")]
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_sync_suite_does_not_import_asyncio_for_the_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import sys\ndef test_it(): assert 'asyncshim.plugin.loops.own' not in sys.modules")
    arguments = (LIMIT, "--asyncshim-never-awaited=error", "-p", "no:faulthandler")
    pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=1)


@pytest.mark.skipif(sys.platform != "linux", reason="needs clocks of threads")
def test_a_function_in_c_that_keeps_the_interpreters_lock_is_seen(suite: pytest.Pytester) -> None:
    """It computes until it has taken ten times the limit of processor time."""
    suite.makepyfile(
        test_it="""
        import time

        async def test_it(watching):
            numbers, deadline = range(300_000), time.monotonic() + 60
            while not watching.dog.slow.is_set() and time.monotonic() < deadline:
                sum(numbers)
                numbers = range(2 * len(numbers))
        """
    )
    result = suite.runpytest("--asyncshim-slow-callback=0.1", ERROR)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  test_it.py:6 in test_it: sum(numbers)"])


def test_a_baseline_accepts_the_slow_callbacks_of_today_and_a_new_one_fails(suite: pytest.Pytester) -> None:
    accepted = "async def test_old(watching):\n    watching.block()\n"
    suite.makepyfile(test_it=accepted)
    baseline = "--asyncshim-baseline=accepted.json"
    suite.runpytest(LIMIT, ERROR, baseline, "--asyncshim-update-baseline").assert_outcomes(passed=1)
    suite.makepyfile(test_it=f"\n\n{accepted}\nasync def test_new(watching):\n    watching.block()\n")
    result = suite.runpytest(LIMIT, baseline)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*test_new held the event loop for about *", "FAILED test_it.py::test_new*"])
