"""What the plugin prints, and when it prints nothing."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from asyncshim.plugin import report
from house.nested import run_source


def header(result: pytest.RunResult) -> str:
    (line,) = [line for line in result.outlines if line.startswith("asyncshim-")]
    return line


def test_the_header_is_one_line_with_every_setting(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, "def test_it(): pass", passed=1)
    assert header(result) == (
        f"asyncshim-{version('asyncshim')}: one Runner, mode=auto (unset), debug=False, "
        "asyncio_default_fixture_loop_scope=None, asyncio_default_test_loop_scope=function"
    )


def test_the_header_shows_what_was_chosen(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        """
        [pytest]
        asyncio_mode = strict
        asyncio_debug = true
        asyncio_default_fixture_loop_scope = module
        asyncio_default_test_loop_scope = session
        asyncshim_runner = loop_scope
        """
    )
    result = run_source(pytester, "def test_it(): pass", passed=1)
    assert header(result).partition(": ")[2] == (
        "a Runner for each loop scope, mode=strict, debug=True, "
        "asyncio_default_fixture_loop_scope=module, asyncio_default_test_loop_scope=session"
    )


def test_quiet_runs_show_no_header(pytester: pytest.Pytester) -> None:
    run_source(pytester, "async def test_it(): pass", "-q", passed=1).stdout.no_fnmatch_line("asyncshim-*")


def test_the_summary_line_is_there_in_quiet_runs_too(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, "import pytest\n\n@pytest.mark.asyncio\nasync def test_it(): pass\n", "-q", passed=1)
    assert [line for line in result.outlines if line.startswith("asyncshim: ")] == [
        "asyncshim: old features in use: 1 of ASH101; `python -m asyncshim migrate` removes them or says why not"
    ]


def test_every_marker_is_declared_with_a_description(pytester: pytest.Pytester) -> None:
    lines = [line for line in pytester.runpytest("--markers").outlines if line.startswith("@pytest.mark.")]
    for marker in report.MARKERS:
        assert f"@pytest.mark.{marker}" in lines
