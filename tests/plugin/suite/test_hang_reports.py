"""What a report says of a test that hangs, whoever limits its time, and what Ctrl-C prints."""

from __future__ import annotations

import sys

import pytest

from asyncshim.plugin.suite.hang_reports import HangReports
from house.nested import run_on_lent_loop

TITLE = "*- where the test and all tasks waited -*"
needs_sigalrm = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGALRM")
SUITE = """\
import asyncio, pytest

async def consume(queue):
    await queue.get()

async def hang():
    consumer = asyncio.create_task(consume(asyncio.Queue()), name="consumer")
    await consumer

async def test_hangs():
    await hang()

async def test_passes(): await asyncio.sleep(0)
async def test_fails(): assert False
"""
SECTION = [
    TITLE,
    "The test or fixture waits at:",
    "  test_it.py:11 in test_hangs: await hang()",
    "  test_it.py:8 in hang: await consumer",
    "Tasks of the event loop (2), each above those that it waits for:",
    "  'Task-*' runs test_hangs(), the test or fixture",
    "  | defined at test_it.py:10; function scope, started by test_it.py::test_hangs",
    "  | waits for 'consumer' at:",
    "  |   test_it.py:11 in test_hangs: await hang()",
    "  |   test_it.py:8 in hang: await consumer",
    "    'consumer' runs consume()",
    "    | defined at test_it.py:3; function scope, started by test_it.py::test_hangs",
    "    | waits in get() of Queue 1 at:",
    "    |   test_it.py:4 in consume: await queue.get()",
    "Locks, events and queues that are waited for:",
    "  Queue 1 (empty, 0 unfinished): 'consumer' in get()",
]


def has_one_section(result: pytest.RunResult, section: list[str] = SECTION) -> None:
    result.stdout.fnmatch_lines(section, consecutive=True)
    assert result.stdout.str().count("where the test and all tasks waited") == 1


@pytest.mark.usefixtures("idle_clock")
@pytest.mark.parametrize("arguments", [[], ["--show-capture=no", "--tb=short"], ["--tb=native"]])
def test_the_report_of_an_expired_limit_shows_all_tasks(pytester: pytest.Pytester, arguments: list[str]) -> None:
    pytester.makepyfile(test_it=SUITE)
    result = pytester.runpytest("--asyncshim-timeout=0.1", "-p", "no:randomly", *arguments)
    result.assert_outcomes(passed=1, failed=2)
    has_one_section(result)


@pytest.mark.usefixtures("idle_clock")
@pytest.mark.parametrize("sets_it_itself", [False, True])
def test_the_report_of_an_expired_limit_of_alt_pytest_asyncio_shows_all_tasks(
    pytester: pytest.Pytester, *, sets_it_itself: bool
) -> None:
    source, section = SUITE, [line.replace("function scope", "session scope") for line in SECTION]
    arguments = ["-p", "alt_pytest_asyncio.enable", "-p", "no:randomly"]
    if sets_it_itself:
        sets = "async_timeout.set_timeout_seconds(0.1); await hang()"
        source = source.replace("test_hangs()", "test_hangs(async_timeout)").replace("await hang()", sets)
        section = [line.replace("await hang()", sets) for line in section]
    else:
        arguments.append("--default-async-timeout=0.1")
    pytester.makepyfile(test_it=source)
    result = pytester.runpytest(*arguments)
    result.assert_outcomes(passed=1, failed=2)
    has_one_section(result, section)
    result.stdout.fnmatch_lines(["*AssertionError: Took too long to complete: *test_it.py:10 (timeout=0.1)"])


@pytest.mark.usefixtures("idle_clock")
def test_the_report_crosses_from_a_worker_of_xdist(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(test_it=SUITE)
    result = pytester.runpytest_subprocess("--asyncshim-timeout=0.1", "-p", "xdist", "-n1")
    result.assert_outcomes(passed=1, failed=2)
    has_one_section(result)


@needs_sigalrm
@pytest.mark.usefixtures("alarms")
def test_the_report_of_a_limit_of_pytest_timeout_shows_all_tasks(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_timeout")
    rings = 'alarms.ring_in("select"); await hang()'
    pytester.makepyfile(test_it=SUITE.replace("import", "import alarms,", 1).replace("await hang()", rings))
    limit = ("-p", "timeout", "--timeout=100", "--timeout-method=signal")
    result = pytester.runpytest_subprocess(*limit, "test_it.py::test_passes", "test_it.py::test_hangs")
    result.assert_outcomes(passed=1, failed=1)
    has_one_section(result, [line.replace("await hang()", rings) for line in SECTION])
    result.stdout.fnmatch_lines(["*Failed: Timeout*100.0s*"])


@needs_sigalrm
@pytest.mark.usefixtures("alarms")
def test_pytest_timeout_shows_the_line_that_blocks_the_loop(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_timeout")
    source = """\
import alarms, asyncio, pytest, time

async def other():
    alarms.ring_in("other"); time.sleep(600)

@pytest.mark.timeout(100, method="signal")
async def test_it():
    await asyncio.create_task(other(), name="other")

async def test_before(): pass
"""
    pytester.makepyfile(test_it=source)
    result = pytester.runpytest_subprocess("-p", "timeout", "test_it.py::test_before", "test_it.py::test_it")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "The event loop is blocked by the task 'other' at:",
            '  test_it.py:4 in other: alarms.ring_in("other"); time.sleep(600)',
            "The test or fixture waits at:",
            '  test_it.py:8 in test_it: await asyncio.create_task(other(), name="other")',
        ],
        consecutive=True,
    )


@pytest.mark.usefixtures("idle_clock")
def test_both_halves_of_a_fixture_that_hangs_are_described(pytester: pytest.Pytester) -> None:
    source = """\
import asyncio, pytest
@pytest.fixture
async def before(): await asyncio.Event().wait()
@pytest.fixture
async def after():
    yield
    await asyncio.Event().wait()
def test_before(before): pass
def test_after(after): pass
"""
    pytester.makepyfile(test_it=source)
    result = pytester.runpytest("--asyncshim-timeout=0.1", "-p", "no:randomly")
    result.assert_outcomes(passed=1, errors=2)
    for name, line, definition in (("before", 3, 2), ("after", 7, 4)):
        result.stdout.fnmatch_lines(
            [
                f"  'Task-*' runs {name}(), the test or fixture",
                f"  | defined at test_it.py:[{definition}{definition + 1}]; function scope, started by *",
            ]
        )
        result.stdout.fnmatch_lines([f"  test_it.py:{line} in {name}: *await asyncio.Event().wait()"])


@pytest.mark.usefixtures("idle_clock")
def test_tasks_that_wait_for_each_other_are_named_and_the_session_goes_on(pytester: pytest.Pytester) -> None:
    source = """\
import asyncio

async def test_it():
    async def wait(position):
        await tasks[position]

    tasks = [asyncio.create_task(wait(1), name="a"), asyncio.create_task(wait(0), name="b")]
    await tasks[0]

async def test_next(): pass
"""
    pytester.makepyfile(source)
    result = pytester.runpytest("--asyncshim-timeout=0.1", "-p", "no:randomly", "-W", "error")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["A cycle: 'a' waits for 'b' waits for 'a'"])


@needs_sigalrm
@pytest.mark.usefixtures("alarms")
def test_a_limit_of_pytest_timeout_on_a_lent_loop_shows_the_line_that_blocks_it(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_timeout")
    source = """\
import alarms, asyncio, pytest, sys, threading, time, traceback

gate = threading.Event()

@pytest.fixture
def opened():
    yield
    gate.set()

def main_thread_waits():
    main = sys._current_frames()[threading.main_thread().ident]
    return any(frame.f_code.co_name == "drive" for frame, _ in traceback.walk_stack(main))

@pytest.mark.timeout(100, method="signal")
async def test_blocks(opened):
    while not main_thread_waits(): await asyncio.sleep(0)
    alarms.ring_in("test_blocks")
    while not gate.is_set(): time.sleep(0.001)

async def test_before(): pass
"""
    pytester.makepyfile(test_it=source)
    pytester.makepyfile(owner=LENT_IN_A_THREAD)
    tests = ("test_it.py::test_before", "test_it.py::test_blocks")
    result = pytester.run(sys.executable, "owner.py", "-p", "timeout", *tests, timeout=60)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([TITLE, "  test_it.py:18 in test_blocks: while not gate.is_set(): time.sleep(0.001)"])


def test_a_limit_on_a_lent_loop_is_described(pytester: pytest.Pytester) -> None:
    source = SUITE + "\npytestmark = pytest.mark.asyncshim_timeout(0.1)\n"
    result = run_on_lent_loop(pytester, source, "-p", "no:randomly", passed=1, failed=2)
    result.stdout.fnmatch_lines([TITLE, "  * in test_hangs: await hang()", "    'consumer' runs consume()"])


@needs_sigalrm
def test_an_alarm_that_the_test_handles_is_not_described_in_another_failure(pytester: pytest.Pytester) -> None:
    source = """
import asyncio, signal, pytest
def raises(*_): raise LookupError("rang")
@pytest.fixture(autouse=True)
def handler():
    former = signal.signal(signal.SIGALRM, raises)
    yield
    signal.signal(signal.SIGALRM, former)
async def test_it():
    try:
        signal.raise_signal(signal.SIGALRM)
    except LookupError:
        pass
    {end}
"""
    chained = source.replace("        pass", "        raise ValueError").format(end="")
    grouped = source.replace("except LookupError:\n        pass", "except LookupError as error:\n        kept = error")
    grouped = grouped.format(end="raise ExceptionGroup('both', [ValueError(), kept])")
    pytester.makepyfile(test_it=source.format(end="assert False"), test_chained=chained, test_grouped=grouped)
    result = pytester.runpytest("-p", "no:randomly")
    result.assert_outcomes(failed=3)
    assert result.stdout.str().count("where the test and all tasks waited") == 2
    result.stdout.fnmatch_lines([TITLE, "*started by test_chained.py::test_it"])
    result.stdout.fnmatch_lines([TITLE, "*started by test_grouped.py::test_it"])


@needs_sigalrm
def test_an_alarm_that_fails_the_test_without_a_traceback_is_described_too(pytester: pytest.Pytester) -> None:
    source = """
import asyncio, signal, pytest
def fails(*_): pytest.fail("rang", pytrace=False)
@pytest.fixture(autouse=True)
def handler():
    former = signal.signal(signal.SIGALRM, fails)
    yield
    signal.signal(signal.SIGALRM, former)
async def test_it():
    asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGALRM)
    await asyncio.Event().wait()
"""
    pytester.makepyfile(test_it=source)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["rang", TITLE, "  test_it.py:10 in test_it: await asyncio.Event().wait()"])


def test_a_description_that_fails_does_not_hide_the_limit(pytester: pytest.Pytester) -> None:
    source = """\
import asyncio

class Broken(asyncio.Task):
    fails = True

    def get_name(self):
        if self.fails:
            raise LookupError("broken")
        return "mended"

async def test_it():
    task = Broken(asyncio.sleep(600), loop=asyncio.get_running_loop())
    try:
        await asyncio.Event().wait()
    finally:
        Broken.fails = False
"""
    pytester.makepyfile(test_it=source)
    result = pytester.runpytest("--asyncshim-timeout=0.1")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E * TimeoutError: *::test_it exceeded its limit of 0.1 s *",
            TITLE,
            "asyncshim could not describe the tasks: LookupError: broken",
        ]
    )


def test_no_report_listens_before_there_is_a_loop(pytester: pytest.Pytester) -> None:
    reports = HangReports(pytester.parseconfig(), dump_on_interrupt=False)
    reports.begin()
    reports.end()
    reports.end()


INTERRUPTED = """
import os, signal
async def test_interrupted():
    asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), signal.SIGINT)
    await hang()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs os.kill with SIGINT")
@pytest.mark.parametrize(
    ("ini", "arguments", "is_printed"),
    [("", ["--asyncshim-dump-on-interrupt"], True), ("asyncshim_dump_on_interrupt = true", [], True), ("", [], False)],
)
def test_ctrl_c_prints_the_same_if_that_is_wanted(
    pytester: pytest.Pytester, ini: str, arguments: list[str], *, is_printed: bool
) -> None:
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.makepyfile(test_it=SUITE.partition("async def test_hangs")[0] + INTERRUPTED)
    result = pytester.runpytest_subprocess(*arguments, timeout=60)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    expected = ["where the test and all tasks waited", "The test or fixture waits at:", "*in hang: await consumer"]
    if is_printed:
        result.stdout.fnmatch_lines([*expected, "    'consumer' runs consume()"])
    else:
        result.stdout.no_fnmatch_line("*all tasks waited*")
    result.stdout.fnmatch_lines(["!*! KeyboardInterrupt !*!"])


@pytest.mark.skipif(sys.platform == "win32", reason="needs os.kill with SIGINT")
def test_ctrl_c_prints_the_tasks_of_a_lent_loop(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=SUITE.partition("async def test_hangs")[0] + INTERRUPTED)
    pytester.makepyfile(owner=LENT_IN_A_THREAD)
    result = pytester.run(sys.executable, "owner.py", "--asyncshim-dump-on-interrupt", timeout=60)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["where the test and all tasks waited", "    'consumer' runs consume()"])


LENT_IN_A_THREAD = """
import asyncio, sys, threading
import pytest
import asyncshim

loop = asyncio.new_event_loop()
thread = threading.Thread(target=loop.run_forever)
thread.start()
try:
    status = pytest.main(["-p", "no:cacheprovider", *sys.argv[1:]], [asyncshim.Plugin(loop)])
finally:
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
sys.exit(status)
"""
