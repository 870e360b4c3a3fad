"""No test passes, is skipped or xfailed because nobody ran it."""

from __future__ import annotations

import re

import pytest

from house.nested import run, run_source

STRICT = "--asyncio-mode=strict"


@pytest.mark.parametrize(
    "mark", ["@pytest.mark.xfail", "@pytest.mark.xfail(strict=True)", "@pytest.mark.xfail(raises=Exception)"]
)
@pytest.mark.parametrize(
    "source",
    ["async def test_it(): pass", "def test_it(): return asyncio.sleep(0)", "async def test_it(): assert False"],
    ids=["a coroutine", "a coroutine object", "one that would fail"],
)
def test_xfail_does_not_hide_that_no_plugin_runs_the_test(pytester: pytest.Pytester, mark: str, source: str) -> None:
    pytester.makepyfile(test_it=f"import asyncio, pytest\n{mark}\n{source}\n")
    result = pytester.runpytest(STRICT, "-W", "default")
    result.assert_outcomes(failed=1)
    assert "FAILED test_it.py::test_it - Failed: test_it.py::test_it: " in result.stdout.str()


def test_other_expected_failures_are_unchanged(pytester: pytest.Pytester) -> None:
    source = """
import pytest
async def test_nobody(): pass
@pytest.mark.xfail
@pytest.mark.asyncio
async def test_fails(): assert False
@pytest.mark.xfail(reason="known")
def test_sync(): assert False
@pytest.mark.xfail
def test_passes(): pass
@pytest.mark.xfail
def test_explicit(): pytest.fail("no")
async def test_skipped(): pytest.skip("not run, and so failed")
"""
    run_source(pytester, source, STRICT, failed=2, xfailed=3, xpassed=1)


UNITTEST = """
import unittest, pytest
ran = []
class TestPlain(unittest.TestCase):
    async def test_async(self): ran.append("never")
    async def test_generator(self): yield ran.append("never")
    @pytest.mark.xfail
    async def test_marked(self): ran.append("never")
    @unittest.expectedFailure
    async def test_expected(self): ran.append("never")
    def test_sync(self): assert ran == []
    @unittest.skip("not today")
    async def test_skipped(self): pass
    @classmethod
    def tearDownClass(cls): assert ran == []
"""


def test_an_async_test_that_unittest_drops_is_a_failure_and_says_why(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=UNITTEST)
    result = pytester.runpytest("-W", "error")
    result.assert_outcomes(passed=1, failed=4, skipped=1)
    why = "unittest.TestCase calls async tests without awaiting them, and no plugin ran this one: "
    remedy = "derive its class from unittest.IsolatedAsyncioTestCase"
    names = ("test_async", "test_generator", "test_marked")
    result.stdout.fnmatch_lines_random([f"E   Failed: test_it.py::TestPlain::{name}: {why}{remedy}" for name in names])
    result.stdout.no_fnmatch_line("*never awaited*")


def test_the_failure_shows_the_users_method_and_nothing_else(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=UNITTEST.replace("@unittest.expectedFailure", ""))
    for style in ("long", "short", "line"):
        result = pytester.runpytest(f"--tb={style}", "-W", "error")
        result.stdout.no_fnmatch_line("*traceback entries are hidden*")
        assert "site-packages" not in result.stdout.str()
        assert "/asyncshim/" not in result.stdout.str().replace("\\", "/")
    result = pytester.runpytest("-W", "error")
    result.stdout.fnmatch_lines(
        [
            '>   async def test_async(self): ran.append("never")',
            "E   Failed: test_it.py::TestPlain::test_async: unittest.TestCase calls async tests *",
            "test_it.py:4: Failed",
            '>   async def test_generator(self): yield ran.append("never")',
            "test_it.py:5: Failed",
        ]
    )


def outcomes_and_warnings(result: pytest.RunResult) -> tuple[dict[str, int], str]:
    text = result.stdout.str().partition("warnings summary")[2].partition("-- Docs")[0]
    return result.parseoutcomes(), re.sub(r"0x\w+", "", text)


@pytest.mark.parametrize("setting", ["--asyncshim-unawaited=warn", "-oasyncshim_unawaited=warn"])
@pytest.mark.parametrize("filters", ["default", "error"])
def test_a_suite_may_move_first_with_pytests_own_outcome_and_the_tests_named(
    pytester: pytest.Pytester, setting: str, filters: str
) -> None:
    source = UNITTEST.replace('ran.append("never")', "None")
    pytester.makepyfile(test_it=source)
    result = pytester.runpytest_subprocess(setting, "-W", filters)
    without = pytester.runpytest_subprocess("-p", "no:asyncshim", "-W", filters)
    assert outcomes_and_warnings(result) == outcomes_and_warnings(without)
    result.stdout.fnmatch_lines(
        [
            "asyncshim: 4 async tests of unittest.TestCase ran nothing, because unittest does not await async tests; *",
            *(f"  test_it.py::TestPlain::test_{name}" for name in ("async", "expected", "generator", "marked")),
        ]
    )


def test_the_tests_are_named_with_xdist_too(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(test_it=UNITTEST)
    result = pytester.runpytest_subprocess("-p", "xdist", "-n", "1", "--asyncshim-unawaited=warn", "-W", "ignore")
    result.stdout.fnmatch_lines(["asyncshim: 4 async tests of *", "  test_it.py::TestPlain::test_async"])


def test_nothing_is_said_where_unittest_awaits_every_async_test(pytester: pytest.Pytester) -> None:
    source = """
import unittest
class TestIsolated(unittest.IsolatedAsyncioTestCase):
    async def test_it(self): pass
class TestSync(unittest.TestCase):
    def test_it(self): pass
"""
    pytester.makepyfile(source)
    result = pytester.runpytest("--asyncshim-unawaited=warn", "-W", "error")
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("asyncshim: *")


def test_an_unknown_reaction_is_a_usage_error(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("-oasyncshim_unawaited=skip")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: 'skip' is not a valid asyncshim_unawaited. Valid values: error, warn."])


def test_test_classes_that_run_their_async_tests_are_unchanged(pytester: pytest.Pytester) -> None:
    source = """
import asyncio, functools, inspect, unittest, warnings
ran = []
class TestIsolated(unittest.IsolatedAsyncioTestCase):
    async def test_it(self): ran.append("isolated")
    def test_sync(self): pass
class OverridesTheCall(unittest.TestCase):
    def _callTestMethod(self, method): asyncio.run(method())
class TestOverride(OverridesTheCall):
    async def test_it(self): ran.append("override")
class ReplacesTheMethod(unittest.TestCase):
    def __call__(self, result=None):
        method = getattr(self, self._testMethodName)
        setattr(self, self._testMethodName, lambda: asyncio.run(method()))
        super().__call__(result)
class TestReplaced(ReplacesTheMethod):
    async def test_it(self): ran.append("replaced")
class TestSync(unittest.TestCase):
    def test_ran(self): assert sorted(ran) == ["isolated", "override", "replaced"]
"""
    run_source(pytester, source, passed=5)


def test_other_results_of_unittest_are_unchanged(pytester: pytest.Pytester) -> None:
    source = """
import unittest
class TestIt(unittest.TestCase):
    def test_returns(self): return 42
"""
    pytester.makepyfile(source)
    result = pytester.runpytest("-W", "default")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*DeprecationWarning: It is deprecated to return a value that is not None*"])


def test_without_asyncshim_results_of_unittest_are_unchanged(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="import unittest\nclass T(unittest.TestCase):\n    async def test_it(self): pass\n")
    run(pytester, "-p", "no:asyncio", "-W", "ignore", passed=1)
