"""The hooks of names, fixtures and tests: each session has its own, and without a session they keep out of the way."""

from __future__ import annotations

import pytest

from house.nested import run_source


def test_a_session_inside_a_test_has_hooks_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("pytest_plugins = ['pytester']")
    source = """
        async def test_outer_before(): pass

        def test_inner(pytester):
            pytester.makepyfile("async def test_it(): pass")
            without = pytester.runpytest_inprocess("-p", "no:asyncio")
            without.assert_outcomes(failed=FAILED, skipped=1 - FAILED)
            pytester.runpytest_inprocess().assert_outcomes(passed=1)

        async def test_outer_after(): pass
        """
    refuses = int(pytest.version_tuple >= (8, 4))
    run_source(pytester, source.replace("1 - FAILED", str(1 - refuses)).replace("FAILED", str(refuses)), passed=3)


def test_the_text_about_a_test_that_no_plugin_runs_shows_no_frame_of_asyncshim(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("async def test_it(): pass")
    result = pytester.runpytest("-o", "asyncio_mode=strict")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no plugin runs this one: asyncio_mode is strict and it has no @pytest.mark.asyncio"])
    result.stdout.no_fnmatch_line("*hooks.py*")
