"""What the plugin prints, and when it prints nothing."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from asyncshim.plugin import report
from house.nested import run_source


def header(result: pytest.RunResult) -> str:
    (line,) = [line for line in result.outlines if line.startswith("asyncshim ")]
    return line


def lines_of(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if line.startswith(("asyncshim ", "asyncshim: "))]


def test_the_header_is_one_short_line(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, "def test_it(): pass", passed=1)
    assert lines_of(result) == [f"asyncshim {version('asyncshim')}: one loop, mode auto"]


def test_the_verbose_header_has_every_setting(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, "def test_it(): pass", "-v", passed=1)
    assert lines_of(result) == [
        f"asyncshim {version('asyncshim')}: one loop, mode auto",
        "asyncshim: asyncio_mode=unset, debug=False",
        "asyncshim: asyncio_default_fixture_loop_scope=None",
        "asyncshim: asyncio_default_test_loop_scope=function, asyncshim_leaks=cancel",
        "asyncshim: asyncshim_legacy=allow, asyncshim_timeout=0",
        "asyncshim: asyncshim_cancel_timeout=5",
    ]


def test_the_header_shows_what_was_chosen(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        """
        [pytest]
        asyncio_mode = strict
        asyncio_debug = true
        asyncio_default_fixture_loop_scope = module
        asyncio_default_test_loop_scope = session
        asyncshim_runner = loop_scope
        asyncshim_timeout = 2.5
        """
    )
    result = run_source(pytester, "def test_it(): pass", "-v", passed=1)
    assert header(result).partition(": ")[2] == "a loop for each loop scope, mode strict"
    details = ", ".join(line.removeprefix("asyncshim: ") for line in lines_of(result)[1:])
    assert details == (
        "asyncio_mode=strict, debug=True, asyncio_default_fixture_loop_scope=module, "
        "asyncio_default_test_loop_scope=session, asyncshim_leaks=cancel, asyncshim_legacy=allow, "
        "asyncshim_timeout=2.5, asyncshim_cancel_timeout=5"
    )


@pytest.mark.parametrize("options", [(), ("-v",)])
@pytest.mark.parametrize("folder", ["a", "a_folder_with_a_name_that_takes_a_whole_line_of_a_terminal_and_some_more"])
def test_every_line_of_the_header_fits_80_columns(
    pytester: pytest.Pytester, folder: str, options: tuple[str, ...]
) -> None:
    pytester.makeini("[pytest]\nasyncshim_runner = loop_scope\nasyncio_mode = strict\n")
    for place in (pytester.path, pytester.path / folder):
        place.mkdir(exist_ok=True)
        place.joinpath("conftest.py").write_text(
            "import asyncio, pytest\n\n@pytest.hookimpl(tryfirst=True)\ndef pytest_pyfunc_call(pyfuncitem):\n"
            "    asyncio.iscoroutinefunction(pyfuncitem.obj)\n"
        )
    pytester.path.joinpath(folder, "test_it.py").write_text("def test_it(): pass\n")
    result = pytester.runpytest(*options, pytester.path, pytester.path / folder)
    result.assert_outcomes(passed=1)
    shown = lines_of(result)
    assert max(map(len, shown)) <= 80
    assert sum(line.endswith("conftest.py runs coroutines itself") for line in shown) == 2


def test_quiet_runs_show_no_header(pytester: pytest.Pytester) -> None:
    run_source(pytester, "async def test_it(): pass", "-q", passed=1).stdout.no_fnmatch_line("asyncshim *")


def test_the_summary_line_is_there_in_quiet_runs_too(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, "import pytest\n\n@pytest.mark.asyncio\nasync def test_it(): pass\n", "-q", passed=1)
    assert [line for line in result.outlines if line.startswith("asyncshim: ")] == [
        "asyncshim: old features in use: 1 asyncio marker; `asyncshim migrate` removes them or says why not"
    ]


def test_every_marker_is_declared_with_a_description(pytester: pytest.Pytester) -> None:
    lines = [line for line in pytester.runpytest("--markers").outlines if line.startswith("@pytest.mark.")]
    for marker in report.MARKERS:
        assert f"@pytest.mark.{marker}" in lines


def test_without_the_plugin_that_reports_warnings_no_filter_is_left_behind(pytester: pytest.Pytester) -> None:
    source = "import warnings\ndef test_it(): assert not any('static' in str(entry[1]) for entry in warnings.filters)\n"
    pytester.makepyfile(source)
    pytester.runpytest_subprocess("-p", "no:warnings").assert_outcomes(passed=1)
