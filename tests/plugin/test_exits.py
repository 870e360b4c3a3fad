"""What leaves the loop while a test runs: the signal of pytest-timeout, SystemExit, the exception of a handler."""

from __future__ import annotations

import sys

import pytest

from house.nested import run_source

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="needs SIGALRM"),
    pytest.mark.usefixtures("alarms"),
]
HEAD = """
import asyncio, signal, sys, time
import pytest
from alarms import ring_in
notes = []

@pytest.fixture
async def resource():
    yield
    notes.append("tear-down begins")
    await asyncio.sleep(0.05)
    notes.append("tear-down ends")

async def wait():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        notes.append("cancelled")
        await asyncio.sleep(0.01)
        raise
    finally:
        notes.append("finally")

def test_notes():
    assert notes == ["cancelled", "finally", "tear-down begins", "tear-down ends"], notes

async def test_next():
    before = time.monotonic()
    await asyncio.sleep(0.01)
    assert time.monotonic() - before < 30
"""
ORDER = ("-p", "no:randomly", "-p", "timeout", "--timeout-method=signal", "--timeout=100")
BODIES = {
    "in the selector": ("select", "await wait()"),
    "in a callback": ("sleep", "asyncio.get_running_loop().call_soon(sleep)\n    await wait()"),
    "in another task": ("spin", "task = asyncio.create_task(spin())\n    await wait()"),
}
BLOCKING = """
def sleep(): time.sleep(60)
async def spin():
    await asyncio.sleep(0)
    while True:
        pass
"""


def waiting_in(place: str) -> str:
    function, body = BODIES[place]
    return before_notes(f"{BLOCKING}\nasync def test_it(resource):\n    ring_in({function!r})\n    {body}\n")


def before_notes(source: str) -> str:
    head, _, rest = HEAD.partition("def test_notes")
    return f"{head}{source}\ndef test_notes{rest}"


@pytest.mark.parametrize("place", BODIES)
def test_a_test_past_the_limit_of_pytest_timeout_ends_before_its_fixtures_do(
    pytester: pytest.Pytester, place: str
) -> None:
    result = run_source(pytester, waiting_in(place), *ORDER, passed=2, failed=1)
    result.stdout.fnmatch_lines(["*await asyncio.sleep(60)", "*Failed: Timeout*100.0s*"])
    assert "asyncshim" not in result.stdout.str().partition("= FAILURES =")[2].partition("- Captured log")[0]


@pytest.mark.parametrize("place", BODIES)
def test_asyncio_does_not_log_what_the_test_has_reported(pytester: pytest.Pytester, place: str) -> None:
    pytester.makepyfile(waiting_in(place))
    result = pytester.runpytest_subprocess(*ORDER, "--show-capture=no")
    result.assert_outcomes(passed=2, failed=1)
    assert "never retrieved" not in result.stdout.str() + result.stderr.str()


def test_a_fixture_past_the_limit_ends_before_the_others_do(pytester: pytest.Pytester) -> None:
    slow = "@pytest.fixture\nasync def slow(resource):\n    ring_in('select')\n    await wait()\n    yield\n"
    source = f"{slow}async def test_it(slow): pass\n"
    run_source(pytester, before_notes(source), *ORDER, passed=2, errors=1)


def test_the_limit_applies_to_a_sync_callback_of_a_suites_own_handler(pytester: pytest.Pytester) -> None:
    source = """
def raises(*_): raise LookupError("rang")
async def test_it(resource):
    asyncio.get_running_loop().call_later(0.05, signal.raise_signal, signal.SIGALRM)
    await wait()
@pytest.fixture(autouse=True)
def handler():
    former = signal.signal(signal.SIGALRM, raises)
    yield
    assert signal.signal(signal.SIGALRM, former) is raises
"""
    run_source(pytester, before_notes(source), passed=2, failed=1).stdout.fnmatch_lines(["*LookupError: rang*"])


def test_system_exit_in_another_task_ends_the_test_first(pytester: pytest.Pytester) -> None:
    source = """
async def leave(): sys.exit(3)
async def test_it(resource):
    task = asyncio.create_task(leave())
    await wait()
"""
    pytester.makepyfile(before_notes(source))
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*SystemExit: 3*"])


def test_a_test_that_ignores_its_cancellation_is_waited_for_as_long_as_configured(pytester: pytest.Pytester) -> None:
    source = """
import asyncio, signal, time
def raises(*_): raise LookupError("rang")
def test_before(): signal.signal(signal.SIGALRM, raises)
async def test_it():
    asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGALRM)
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass
def test_after(): signal.signal(signal.SIGALRM, signal.SIG_DFL)
async def test_next(): await asyncio.sleep(0.01)
"""
    pytester.makepyfile(source)
    result = pytester.runpytest("-W", "default", "-p", "no:randomly", "-o", "asyncshim_cancel_timeout=0.2")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*LookupError: rang*"])
