"""``asyncio.get_event_loop()`` answers even in the test that is the first to import asyncio."""

from __future__ import annotations

import sys

import pytest

NOBODY = ("-p", "no:debugging", "-p", "no:unraisableexception", "-p", "no:threadexception")  # of those that import it


def run_apart(pytester: pytest.Pytester, source: str, **outcomes: int) -> pytest.RunResult:
    pytester.makepyfile(test_it=source)
    result = pytester.runpytest_subprocess("-W", "error", *NOBODY)
    result.assert_outcomes(**outcomes)
    return result


def test_a_test_that_imports_asyncio_finds_the_loop_of_the_session(pytester: pytest.Pytester) -> None:
    source = """
import sys
def test_before(): assert "asyncio" not in sys.modules
def test_imports():
    import asyncio
    loop = asyncio.get_event_loop()
    assert loop.run_until_complete(asyncio.sleep(0, 42)) == 42
    sys.loop_of_the_test = loop
    assert type(asyncio.__loader__).exec_module.__get__(asyncio.__loader__) == asyncio.__loader__.exec_module
async def test_async():
    import asyncio
    assert asyncio.get_running_loop() is sys.loop_of_the_test
"""
    run_apart(pytester, source, passed=3)


def test_a_fixture_that_imports_a_submodule_of_asyncio_gets_a_current_loop(pytester: pytest.Pytester) -> None:
    source = """
import pytest, sys
@pytest.fixture(scope="session")
def loop():
    from asyncio.events import get_event_loop
    return get_event_loop()
def test_it(loop):
    import asyncio
    assert loop is asyncio.get_event_loop() and not loop.is_closed()
"""
    run_apart(pytester, source, passed=1)


def test_no_import_finder_is_left_in_the_process_if_asyncio_is_not_imported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it="def test_it(): pass\n")
    code = f"""
import sys, pytest
before = list(sys.meta_path)
assert pytest.main(["-q", *{NOBODY!r}]) == 0
names = [type(finder).__name__ for finder in sys.meta_path if finder not in before]
assert "LateImport" not in names, names
assert "asyncio" not in sys.modules
"""
    result = pytester.run(sys.executable, "-c", code)
    assert result.ret == 0, result.stderr.str()


def test_an_asyncio_that_cannot_be_imported_raises_its_own_error(pytester: pytest.Pytester) -> None:
    source = """
import importlib.machinery, pytest, sys
def test_it(monkeypatch):
    monkeypatch.setattr(importlib.machinery.PathFinder, "find_spec", lambda *arguments: None)
    with pytest.raises(ModuleNotFoundError, match="No module named 'asyncio'"):
        import asyncio
"""
    run_apart(pytester, source, passed=1)


def test_sync_tests_before_and_after_the_import_of_asyncio_are_like_those_of_an_async_suite(
    pytester: pytest.Pytester,
) -> None:
    source = """
import pytest, sys
loops = []
@pytest.fixture
async def resource(): return 1
def test_first(): pass
def test_second(): assert "asyncio" not in sys.modules
def test_leaves_a_timer():
    import asyncio
    loop = asyncio.get_event_loop()
    loops.append(loop)
    loop.mark_of_the_test = 1
    loop.call_later(60, print)
def test_finds_a_fresh_loop():
    import asyncio
    loop = asyncio.get_event_loop()
    assert loop is loops[0] and not hasattr(loop, "mark_of_the_test") and not loop._scheduled
@pytest.mark.own_runner
def test_has_its_own(resource):
    assert resource == 1
def test_does_not_see_it(resource):
    import asyncio
    assert asyncio.get_event_loop() is loops[0]
"""
    run_apart(pytester, source, passed=6)


def test_the_first_to_import_asyncio_may_have_a_runner_of_its_own(pytester: pytest.Pytester) -> None:
    source = """
import pytest, sys
loops = []
@pytest.fixture
async def loop():
    import asyncio
    return asyncio.get_running_loop()
def test_first(): assert "asyncio" not in sys.modules
@pytest.mark.own_runner
def test_has_its_own(loop): loops.append(loop)
def test_shares(loop): assert loop is not loops[0] and loops[0].is_closed()
"""
    run_apart(pytester, source, passed=3)
