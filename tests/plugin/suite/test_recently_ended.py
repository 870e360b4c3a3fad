"""The report of a failure names what asyncshim ended at the end of earlier loop scopes."""

from __future__ import annotations

import pytest

from house.nested import run_source

TITLE = "*ended by asyncshim at the end of earlier loop scopes*"
HEAD = """\
import asyncio, pytest

readers = []

async def read():
    await asyncio.Event().wait()

async def start(name):
    readers.append(asyncio.create_task(read(), name=name))
    await asyncio.sleep(0)

async def test_starts(): await start("the reader")
"""
ENDED = "task 'the reader' running read, created at *:* by test_*.py::test_starts, was still running and was cancelled"


def test_the_report_of_a_failure_names_the_task_that_was_cancelled_before(pytester: pytest.Pytester) -> None:
    source = HEAD + "\nasync def test_needs_it(): assert not readers[0].done()\n"
    result = run_source(pytester, source, passed=1, failed=1)
    result.stdout.fnmatch_lines(["*test_needs_it*", TITLE, ENDED])


def test_the_report_of_a_time_limit_names_it_too(pytester: pytest.Pytester) -> None:
    limited = "@pytest.mark.asyncshim_timeout(0.1)\nasync def test_waits(): await asyncio.Event().wait()\n"
    result = run_source(pytester, f"{HEAD}\n{limited}", passed=1, failed=1)
    result.stdout.fnmatch_lines(["*test_waits*", "*TimeoutError*", TITLE, ENDED])


@pytest.mark.parametrize("half", ["await fail()\n    yield", "yield\n    await fail()"])
def test_the_report_of_a_failing_fixture_names_it_too(pytester: pytest.Pytester, half: str) -> None:
    source = f"""
async def fail(): assert not readers[0].done()
@pytest.fixture
async def needing():
    {half}
async def test_uses(needing): pass
"""
    result = run_source(pytester, HEAD + source, passed=1 + half.startswith("yield"), errors=1)
    result.stdout.fnmatch_lines(["*ERROR at *", TITLE, ENDED])


def test_tests_that_pass_or_use_no_loop_say_nothing(pytester: pytest.Pytester) -> None:
    source = """
async def test_passes(): pass
def test_sync(): assert False
"""
    result = run_source(pytester, HEAD + source, "-rA", passed=2, failed=1)
    result.stdout.no_fnmatch_line(TITLE)
    result.stdout.no_fnmatch_line("*the reader*")


def test_only_the_last_few_are_named(pytester: pytest.Pytester) -> None:
    source = (
        HEAD
        + """
async def test_starts_many():
    for number in range(9): await start(f"number {number}")
async def test_starts_more():
    for number in range(5): await start(f"more {number}")
async def test_needs_it(): assert False
"""
    )
    result = run_source(pytester, source, passed=3, failed=1)
    result.stdout.fnmatch_lines([TITLE, *["task 'more *"] * 5, "*short test summary*"])
    result.stdout.no_fnmatch_line("*'number *")


def test_what_the_failure_itself_says_is_not_repeated(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, HEAD, "--asyncshim-leaks=error", passed=1, errors=1)
    result.stdout.fnmatch_lines(["asyncshim_leaks: " + ENDED])
    result.stdout.no_fnmatch_line(TITLE)


def test_what_a_fixture_held_is_named_with_the_fixture(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="module")
async def kept(): return readers
async def test_uses(kept): await start("another")
"""
    pytester.makepyfile(
        test_a=HEAD + source,
        test_b="async def test_fails(): assert False",
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*test_fails*",
            TITLE,
            "task 'another' *by test_a.py::test_uses, held by the fixture 'kept', was still running*",
        ]
    )
