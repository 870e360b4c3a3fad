"""The checks of a session."""

from __future__ import annotations

import pytest

from asyncshim.plugin.checks import phases


def test_without_options_nothing_is_registered(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"def test_it(pytestconfig): assert not pytestconfig.pluginmanager.hasplugin({phases.NAME!r})")
    pytester.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize("option", ["--asyncshim-slow-callback=60", "--asyncshim-never-awaited=error"])
def test_an_option_registers_its_checks(pytester: pytest.Pytester, option: str) -> None:
    pytester.makepyfile(f"def test_it(pytestconfig): assert pytestconfig.pluginmanager.hasplugin({phases.NAME!r})")
    pytester.runpytest(option).assert_outcomes(passed=1)


def test_what_a_test_fails_for_is_not_hidden(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        async def fetch(): pass
        async def test_it():
            fetch()
            assert 1 == 2
        """
    )
    result = pytester.runpytest("--asyncshim-never-awaited=error")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E       assert 1 == 2", "*found by asyncshim*", "*'fetch' was never awaited*"])
