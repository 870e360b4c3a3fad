"""Async tests and fixtures beside what pytest and its most used plugins offer."""

from __future__ import annotations

import os
import sys

import pytest

from house.nested import as_sync, run, run_source

HEAD = """\
import asyncio, pytest
notes = []
"""


def test_subtests(pytester: pytest.Pytester) -> None:
    if not hasattr(pytest, "Subtests"):
        pytest.skip("subtests are part of pytest since 9.0")
    source = """
async def test_it(subtests):
    for number in range(3):
        with subtests.test(number=number):
            await asyncio.sleep(0)
            assert number != 1
    notes.append("went on")
def test_went_on(): assert notes == ["went on"]
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest("-W", "error")
    assert result.parseoutcomes()["failed"] == 2
    result.stdout.fnmatch_lines(
        ["SUBFAILED(number=1) test_it.py::test_it*", "FAILED test_it.py::test_it*1 failed subtest"]
    )


def test_the_first_example_of_hypothesis_does_not_pay_for_the_loop(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio
        import gc
        from hypothesis import given, settings, strategies

        def loops():
            return [each for each in gc.get_objects() if isinstance(each, asyncio.BaseEventLoop)]

        @settings(max_examples=1, deadline=None, database=None)
        @given(before=strategies.builds(loops))
        async def test_it(before):
            assert before == [asyncio.get_running_loop()]
        """
    )
    result = pytester.runpytest_subprocess("--asyncio-mode=auto", "-p", "hypothesispytest")
    result.assert_outcomes(passed=1)


def test_hypothesis_runs_all_examples_on_the_loop_of_the_test(pytester: pytest.Pytester) -> None:
    source = """
from hypothesis import given, settings, strategies
@pytest.fixture
async def loop():
    yield asyncio.get_running_loop()
@pytest.fixture(scope="module")
async def queue(): return asyncio.Queue()
@settings(max_examples=20, deadline=None, suppress_health_check=list(__import__("hypothesis").HealthCheck))
@given(number=strategies.integers())
async def test_it(number, loop, queue):
    await asyncio.sleep(0)
    await queue.put(number)
    assert await queue.get() == number
    assert asyncio.get_running_loop() is loop
    notes.append(loop)
class TestIt:
    @settings(max_examples=5, deadline=None)
    @given(strategies.booleans())
    async def test_method(self, flag): notes.append(asyncio.get_running_loop())
@given(strategies.integers(min_value=0))
@settings(deadline=None, database=None)
async def test_finds(number):
    await asyncio.sleep(0)
    assert number < 10
def test_all_the_same(): assert len(set(notes)) == 1 and len(notes) >= 22
"""
    result = run_source(pytester, HEAD + source, "-p", "hypothesispytest", passed=3, failed=1)
    result.stdout.fnmatch_lines(["E*test_finds(*", "E*number=10,*"])


@pytest.mark.parametrize("option", ["--setup-show", "--setup-only", "--setup-plan"])
def test_setup_show_lists_async_fixtures(pytester: pytest.Pytester, option: str) -> None:
    source = """
@pytest.fixture(scope="module")
async def module():
    notes.append("module")
    print("really set up")
    yield
@pytest.fixture
async def function(module): return 1
async def test_it(function): notes.append("test")
def test_notes(): assert notes == ["module", "test"]
"""
    shown = []
    for text in (as_sync(HEAD + source), HEAD + source):
        pytester.makepyfile(test_it=text)
        result = pytester.runpytest(option, "-s", "-W", "error")
        lines = result.outlines
        assert any("really set up" in line for line in lines) is (option != "--setup-plan")
        shown.append(lines[lines.index("collected 2 items") : -1])
        assert "errors" not in result.parseoutcomes()
    assert shown[0] == shown[1]
    assert any("SETUP    F function (fixtures used: module)" in line for line in shown[1])


def test_last_failed_and_stepwise_work_with_async_tests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
async def test_passes(): pass
async def test_fails(): assert False
def test_sync_fails(): assert False
"""
    monkeypatch.setenv("PYTEST_ADDOPTS", os.environ["PYTEST_ADDOPTS"].replace("-p no:cacheprovider", ""))
    pytester.makepyfile(test_it=HEAD + source)
    run(pytester, passed=1, failed=2)
    run(pytester, "--lf", failed=2)
    lines = run(pytester, "--ff", "-v", passed=1, failed=2).outlines
    assert next(line for line in lines if line.startswith("test_it.py::")).startswith("test_it.py::test_fails")
    run(pytester, "--stepwise", passed=1, failed=1)


def test_collect_only_makes_no_loop(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import asyncio
        def pytest_unconfigure(config):
            from asyncshim.plugin.suite.state import state_of
            assert state_of(config).pool is None
    """)
    pytester.makepyfile(test_it="async def test_it(): pass")
    result = pytester.runpytest("--collect-only", "-q", "-W", "error")
    assert result.ret == pytest.ExitCode.OK
    assert result.outlines[0] == "test_it.py::test_it"


def test_the_debugger_opens_at_the_line_that_failed(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def fixture():
    yield
    print("torn" + " down")
async def test_it(fixture):
    value = 41 + 1
    await asyncio.sleep(0)
    assert value == 0
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.run(
        sys.executable, "-m", "pytest", "--pdb", "-s", stdin=b"p ('value', value)\nw\ncontinue\n", timeout=60
    )
    result.stdout.fnmatch_lines(["> *test_it.py(11)test_it()", "-> assert value == 0", "*('value', 42)", "*torn down"])
    assert result.parseoutcomes() == {"failed": 1}


def test_breakpoint_in_a_coroutine_opens_pdb(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="async def test_it():\n    value = 41 + 1\n    breakpoint()\n    assert value == 42\n")
    result = pytester.run(
        sys.executable, "-m", "pytest", "--asyncshim-timeout=0.5", stdin=b"p ('value', value)\ncontinue\n", timeout=60
    )
    result.stdout.fnmatch_lines(["> *test_it.py(*)test_it()", "*('value', 42)"])
    assert result.parseoutcomes() == {"passed": 1}


def test_output_and_logs_are_captured_for_the_test(pytester: pytest.Pytester) -> None:
    source = """
import logging
async def test_it(caplog, capsys):
    await asyncio.sleep(0)
    logging.getLogger("x").warning("logged")
    assert caplog.messages == ["logged"]
    print("printed")
    assert capsys.readouterr().out == "printed\\n"
async def test_fails():
    print("shown when it fails")
    assert False
"""
    result = run_source(pytester, HEAD + source, passed=1, failed=1)
    result.stdout.fnmatch_lines(["*Captured stdout call*", "shown when it fails"])


def test_xdist_runs_async_tests(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="session")
async def loop(): return asyncio.get_running_loop()
@pytest.mark.parametrize("number", range(6))
async def test_it(number, loop): assert asyncio.get_running_loop() is loop
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest_subprocess("-p", "xdist", "-n", "2", "-W", "error", timeout=120)
    result.assert_outcomes(passed=6)
