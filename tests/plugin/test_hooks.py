"""The hooks of names, fixtures and tests: each session has its own, and without a session they keep out of the way."""

from __future__ import annotations

import pytest

from house.nested import run_source


def test_a_session_that_is_told_to_keep_out_leaves_every_test_to_others(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def value(): return 1

        def test_sync(value): assert value == 1
        async def test_async(): pass
        """
    )
    result = pytester.runpytest("-p", "no:asyncio")
    passed = result.parseoutcomes()
    assert passed.pop("passed") == 1
    assert sum(passed.values()) >= 1  # pytest 8.4 fails the async one, older ones skip it
    result.stdout.fnmatch_lines(["*async def functions are not natively supported*"])


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
    result.stdout.fnmatch_lines(["*nobody runs this one: asyncio_mode is strict and it has no @pytest.mark.asyncio"])
    result.stdout.no_fnmatch_line("*hooks.py*")
