"""How async fixtures run: when they are asked for in the middle of things, and when something goes wrong in them."""

from __future__ import annotations

import pytest

from house.nested import run_source

HEAD = """\
import asyncio, contextlib, functools, pytest
notes = []
"""
KINDS = {
    "coroutine": "return {value}",
    "generator": "yield {value}\n    await asyncio.sleep(0)\n    notes.append('down')",
}


# What goes wrong in them


def test_errors_of_fixtures_show_user_lines_and_other_fixtures_are_torn_down(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def outer():
    yield
    await asyncio.sleep(0)
    notes.append("outer")
@pytest.fixture
async def breaks_first(outer): raise LookupError("first half")
@pytest.fixture
async def breaks_second(outer):
    yield
    raise LookupError("second half")
@pytest.fixture
async def around(breaks_second):
    yield
    notes.append("around")
async def test_first(breaks_first): pass
async def test_second(around): pass
def test_notes(): assert notes == ["outer", "around", "outer"]
"""
    result = run_source(pytester, HEAD + source, passed=2, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at setup of test_first*",
            '*async def breaks_first(outer): raise LookupError("first half")',
            "E*LookupError: first half",
            "*ERROR at teardown of test_second*",
            '>       raise LookupError("second half")',
        ]
    )


def test_fixtures_of_a_failing_test_are_torn_down(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def value():
    yield
    await asyncio.sleep(0)
    notes.append("down")
async def test_fails(value): assert False
async def test_skips(value): pytest.skip("not today")
def test_sync_fails(value): assert False
def test_notes(): assert notes == ["down"] * 3
"""
    run_source(pytester, HEAD + source, passed=1, failed=2, skipped=1)


def test_outcomes_raised_in_async_fixtures(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def skips(): pytest.skip("not today")
@pytest.fixture
async def xfails():
    pytest.xfail("known")
    yield
@pytest.fixture
async def fails(): pytest.fail("broken", pytrace=False)
async def test_skips(skips): pass
async def test_xfails(xfails): pass
def test_fails(fails): pass
"""
    result = run_source(pytester, HEAD + source, "-rsx", skipped=1, xfailed=1, errors=1)
    result.stdout.fnmatch_lines(["broken", "SKIPPED*not today", "XFAIL*known"])


def test_generator_fixtures_that_yield_never_or_twice_are_errors(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def never():
    if notes: yield
@pytest.fixture
async def twice():
    yield 1
    yield 2
def test_never(never): pass
async def test_twice(twice): assert twice == 1
async def test_next(): pass
"""
    result = run_source(pytester, HEAD + source, passed=2, errors=2)
    result.stdout.fnmatch_lines(
        [
            "E*ValueError: the fixture did not yield a value",
            "E*ValueError: Async generator fixture didn't stop. Yield only once.",
        ]
    )
