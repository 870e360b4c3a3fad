"""No test passes, is skipped or xfailed because nobody ran it."""

from __future__ import annotations

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
    result.stdout.fnmatch_lines_random([f"test_it.py::TestPlain::{name}: {why}{remedy}" for name in names])
    result.stdout.no_fnmatch_line("*never awaited*")


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
