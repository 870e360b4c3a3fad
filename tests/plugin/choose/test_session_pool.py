"""The pool is made when the first async test or fixture runs, has one Runner and closes it once."""

from __future__ import annotations

import pytest

from house.loops import HEAD, Loops
from house.nested import run, run_source


def test_without_async_code_asyncio_is_not_imported(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import sys
        def pytest_unconfigure(): assert "asyncio" not in sys.modules
    """)
    pytester.makepyfile("""
        import sys, pytest
        @pytest.fixture(scope="session")
        def plain():
            yield 1
        @pytest.mark.parametrize("number", [1, 2])
        def test_it(plain, number): assert "asyncio" not in sys.modules
        class TestIt:
            def test_method(self, plain): pass
    """)
    # Since Python 3.14 pdb imports asyncio, and pytest's plugin for it imports pdb.
    result = pytester.runpytest_subprocess("-W", "error", "-p", "no:debugging")
    assert result.parseoutcomes() == {"passed": 3}
    assert result.ret == pytest.ExitCode.OK


def test_the_first_async_test_that_runs_creates_the_loop(pytester: pytest.Pytester, loops: Loops) -> None:
    source = "import asyncio\nasync def test_async(): pass\ndef test_sync(): pass\n"
    run_source(pytester, source, "-k", "test_sync", passed=1, deselected=1)
    assert loops.made == []
    run_source(pytester, source, passed=2)
    assert len(loops.made) == 1


def test_the_first_async_fixture_creates_the_loop(pytester: pytest.Pytester, loops: Loops) -> None:
    source = """
import pytest
@pytest.fixture
async def value(): return 42
def test_before(pytestconfig):
    from asyncshim.plugin.suite.state import state_of
    assert state_of(pytestconfig).pool is None
def test_sync(value, pytestconfig):
    from asyncshim.plugin.suite.state import state_of
    assert state_of(pytestconfig).pool is not None
"""
    run_source(pytester, source, passed=2)
    assert len(loops.made) == len(loops.closed) == 1


def test_all_tests_share_one_loop_which_is_closed_once(pytester: pytest.Pytester, loops: Loops) -> None:
    source = """
class TestOne:
    async def test_one(self, function_loop, class_loop, module_loop, session_loop, event_loop):
        loops = {function_loop, class_loop, module_loop, session_loop, event_loop, asyncio.get_running_loop()}
        assert len(loops) == 1
    @pytest.mark.asyncio(loop_scope="class")
    async def test_marked(self, function_loop, session_loop):
        assert function_loop is session_loop is asyncio.get_running_loop()
class TestTwo(TestOne): pass
def test_sync(session_loop, function_loop): assert session_loop is function_loop is asyncio.get_event_loop()
"""
    pytester.makepyfile(test_a=HEAD + source, test_b=HEAD + source)
    run(pytester, passed=10)
    assert len(loops.made) == len(loops.closed) == 1
