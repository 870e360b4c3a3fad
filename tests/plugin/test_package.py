"""The plugin as a whole: what its hooks add up to."""

from __future__ import annotations

import pytest

PLAIN = """
    import sys
    def test_it():
        assert "asyncio" not in sys.modules
"""
LEGACY = """
    import asyncio, pytest, pytest_asyncio

    @pytest_asyncio.fixture(scope="module")
    async def loop():
        yield asyncio.get_running_loop()

    @pytest.mark.asyncio
    async def test_async(loop):
        assert loop is asyncio.get_running_loop()

    def test_sync(loop, event_loop):
        assert loop is event_loop is asyncio.get_event_loop()
        assert event_loop.run_until_complete(asyncio.sleep(0, "ran")) == "ran"
"""


def test_a_session_without_async_code_neither_imports_asyncio_nor_warns(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PLAIN)
    # Since Python 3.14 pdb imports asyncio, and pytest's plugin for it imports pdb.
    result = pytester.runpytest_subprocess("-W", "error", "-p", "no:unraisableexception", "-p", "no:debugging")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*warning*")


def test_a_suite_of_the_past_runs_unchanged_on_one_loop(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(LEGACY)
    result = pytester.runpytest("-W", "error")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["asyncshim*: one Runner, mode=auto (unset)*", "asyncshim: old features in use: *"])


def test_without_the_plugin_the_same_suite_is_not_runnable(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(LEGACY)
    result = pytester.runpytest_subprocess("-p", "no:asyncshim", "-p", "no:pytest_asyncio")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*No module named 'pytest_asyncio'*"])
