"""The hook ``pytest_timeout_expired``, by which pytest-timeout may let other plugins end a test (pytest-timeout#204).

No release has it yet, so a small plugin declares it and calls it from the signal handler, as the proposal does.
"""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGALRM")
PLUGIN = """
import builtins, signal, sys, threading, time
import pytest

class Specifications:
    @pytest.hookspec(firstresult=True)
    def pytest_timeout_expired(self, item, exception): ...

def pytest_addhooks(pluginmanager):
    pluginmanager.add_hookspecs(Specifications)

def ring_in(name):
    \"""Send the signal when the main thread is in a function of this name.\"""
    main = threading.main_thread().ident
    def wait():
        while sys._current_frames()[main].f_code.co_name != name:
            time.sleep(0.001)
        signal.pthread_kill(main, signal.SIGALRM)
    threading.Thread(target=wait, daemon=True).start()

builtins.ring_in = ring_in

@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    def expire(signum, frame):
        failure = pytest.fail.Exception("Timeout of the plugin")
        accepted = item.ihook.pytest_timeout_expired(item=item, exception=failure)
        print("accepted:", accepted)
        if not accepted:
            raise failure
    former = signal.signal(signal.SIGALRM, expire)
    try:
        return (yield)
    finally:
        signal.signal(signal.SIGALRM, former)
"""


def run(pytester: pytest.Pytester, source: str, *arguments: str, **outcomes: int) -> pytest.RunResult:
    pytester.makeconftest(PLUGIN)
    pytester.makepyfile(test_it=f"import asyncio, time, pytest\n{source}")
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-rA", *arguments, timeout=60)
    result.assert_outcomes(**outcomes)
    return result


def test_a_test_that_waits_is_cancelled_and_fails_with_the_given_error_at_its_line(pytester: pytest.Pytester) -> None:
    source = """
async def test_waits():
    ring_in("select")
    try:
        await asyncio.sleep(600)
    except asyncio.CancelledError:
        print("cancelled")
        await asyncio.sleep(0)
        raise
    finally:
        print("finally")
"""
    result = run(pytester, source, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*await asyncio.sleep(600)",
            "E * Failed: Timeout of the plugin",
            "test_it.py:6: Failed",
            "*- where the test and all tasks waited -*",
            "  test_it.py:6 in test_waits: await asyncio.sleep(600)",
            "accepted: True",
            "cancelled",
            "finally",
        ]
    )
    result.stdout.no_fnmatch_line("*def select*")


@pytest.mark.parametrize(
    ("function", "body", "accepted"),
    [
        ("select", "await asyncio.Event().wait()", True),
        ("test_hangs", "time.sleep(600)", None),
        ("is_set", "while not asyncio.Event().is_set(): pass", None),
        ("_run", "asyncio.get_running_loop().call_soon(time.sleep, 600); await asyncio.sleep(600)", None),
        ("block", "await asyncio.create_task(block())", None),
    ],
)
def test_where_the_loop_is_blocked_the_error_is_raised_at_once(
    pytester: pytest.Pytester, function: str, body: str, accepted: object
) -> None:
    source = f"""
async def block(): time.sleep(600)
async def test_hangs():
    ring_in({function!r})
    {body}
async def test_next(): await asyncio.sleep(0)
"""
    result = run(pytester, source, failed=1, passed=1)
    result.stdout.fnmatch_lines(["E * Failed: Timeout of the plugin", f"accepted: {accepted}"])
    result.stdout.fnmatch_lines(["*- where the test and all tasks waited -*"])


def test_a_fixture_that_waits_is_cancelled_in_both_halves(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def before():
    ring_in("select")
    await asyncio.sleep(600)
@pytest.fixture
async def after():
    yield
    ring_in("select")
    await asyncio.sleep(600)
async def test_before(before): pass
async def test_after(after): pass
"""
    result = run(pytester, source, passed=1, errors=2)
    assert result.stdout.str().count("accepted: True") == 2


def test_a_test_that_ignores_its_cancellation_is_ended_after_the_configured_time(pytester: pytest.Pytester) -> None:
    source = """
async def test_ignores():
    ring_in("select")
    while True:
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            pass
async def test_next(): await asyncio.sleep(0)
"""
    result = run(pytester, source, "-o", "asyncshim_cancel_timeout=0.1", "-W", "ignore", failed=1, passed=1)
    result.stdout.fnmatch_lines(["E * Failed: Timeout of the plugin", "accepted: True"])


def test_the_error_of_a_sync_test_is_left_to_pytest_timeout(pytester: pytest.Pytester) -> None:
    source = """
def test_sync():
    ring_in("test_sync")
    time.sleep(600)
async def test_next(): await asyncio.sleep(0)
"""
    result = run(pytester, source, failed=1, passed=1)
    result.stdout.fnmatch_lines(["E * Failed: Timeout of the plugin", "accepted: None"])
    result.stdout.no_fnmatch_line("*all tasks waited*")
