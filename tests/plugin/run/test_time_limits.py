"""Time limits of tests and fixtures, as a user sets them."""

from __future__ import annotations

import inspect

import pytest

from house import idle_clock

MARK = "import pytest; mark = pytest.mark.asyncshim_timeout\n@mark({seconds})\nasync def test"
ENDLESS = """\
import asyncio

async def helper():
    await asyncio.Event().wait()        # line 4

async def test_endless():
    await helper()
"""


@pytest.fixture
def _idle_clock(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(inspect.getsource(idle_clock))


@pytest.mark.parametrize(
    ("ini", "arguments", "body"),
    [
        ("", ["--asyncshim-timeout=0.05"], ENDLESS),
        ("asyncshim_timeout = 0.05", [], ENDLESS),
        ("asyncshim_timeout = 500", [], ENDLESS.replace("async def test", MARK.format(seconds="0.05"))),
        ("", [], ENDLESS.replace("async def test", MARK.format(seconds="seconds=0.05"))),
    ],
    ids=["option", "ini", "marker", "marker-keyword"],
)
def test_an_endless_test_fails_by_name_limit_and_line(
    pytester: pytest.Pytester, ini: str, arguments: list[str], body: str
) -> None:
    pytester.makeini(f"[pytest]\n{ini}\n")
    path = pytester.makepyfile(test_it=body)
    result = pytester.runpytest(*arguments, "--strict-markers", "-W", "error")
    result.assert_outcomes(failed=1)
    message = f"test_it.py::test_endless exceeded its limit of 0.05 s while waiting at {path}:4"
    assert f"E       TimeoutError: {message}" in result.outlines


def test_the_option_beats_the_ini_value_and_zero_is_no_limit(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncshim_timeout = 0.001\n")
    pytester.makepyfile("import asyncio\nasync def test_it(): await asyncio.sleep(0.05)")
    pytester.runpytest("--asyncshim-timeout=0").assert_outcomes(passed=1)
    pytester.runpytest().assert_outcomes(failed=1)


def test_a_marker_of_zero_lifts_the_limit(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
            import asyncio, pytest
            @pytest.mark.asyncshim_timeout(0)
            async def test_it(): await asyncio.sleep(0.05)
        """)
    pytester.runpytest("--asyncshim-timeout=0.001").assert_outcomes(passed=1)


@pytest.mark.usefixtures("_idle_clock")
@pytest.mark.usefixtures("idle_clock")
def test_both_halves_of_a_fixture_are_limited_by_the_name_of_the_fixture(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        test_it="""\
import asyncio, pytest
@pytest.fixture
async def before():
    await asyncio.Event().wait()
@pytest.fixture
async def after():
    yield
    await asyncio.Event().wait()
def test_before(before): pass
def test_after(after): pass
"""
    )
    result = pytester.runpytest("--asyncshim-timeout=0.05")
    result.assert_outcomes(passed=1, errors=2)
    limit = "exceeded its limit of 0.05 s while waiting at"
    assert f"E       TimeoutError: the async fixture 'before' {limit} {path}:4" in result.outlines
    assert f"E       TimeoutError: the async fixture 'after' {limit} {path}:8" in result.outlines


@pytest.mark.usefixtures("_idle_clock")
@pytest.mark.usefixtures("idle_clock")
def test_a_test_that_exceeds_its_limit_does_not_affect_other_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ENDLESS + "\nasync def test_next(): await asyncio.sleep(0)")
    result = pytester.runpytest("--asyncshim-timeout=0.05", "-W", "error")
    result.assert_outcomes(passed=1, failed=1)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ("", ""),
        ("'soon'", "'soon'"),
        ("-1", "-1"),
        ("1, 2", "1, 2"),
        ("minutes=1", "minutes=1"),
        ("float('nan')", "nan"),
    ],
)
def test_a_marker_with_wrong_arguments_fails_that_test_by_name(
    pytester: pytest.Pytester, arguments: str, shown: str
) -> None:
    pytester.makepyfile(
        test_it=f"""
            import pytest
            @pytest.mark.asyncshim_timeout({arguments})
            async def test_wrong(): pass
            async def test_right(): pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [f"test_it.py::test_wrong: mark.asyncshim_timeout takes one number of seconds, 0 or more, not ({shown})"]
    )
