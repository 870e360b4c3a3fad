"""``-p pytest_asyncio`` goes on to mean "with support for async tests", whether or not pytest-asyncio is installed."""

from __future__ import annotations

import pytest

from house.nested import run_source
from house.processes import run_python

SUITE = """
import asyncio, pytest_asyncio

@pytest_asyncio.fixture
async def number():
    return await asyncio.sleep(0, 42)

async def test_it(number):
    assert number == 42
"""


def test_dash_p_on_the_command_line_loads_asyncshim(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, SUITE, "-p", "pytest_asyncio", passed=1)
    result.stdout.fnmatch_lines(["asyncshim *: one loop, *"])


def test_dash_p_in_addopts_loads_asyncshim(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\naddopts = -p pytest_asyncio\nasyncio_mode = auto\n")
    run_source(pytester, SUITE, "--strict-config", "--strict-markers", passed=1)


def test_dash_p_loads_asyncshim_where_installed_plugins_are_not_loaded(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "")
    run_source(pytester, SUITE, "-p", "pytest_asyncio", passed=1)


def test_dash_p_before_and_after_asyncshim_is_the_same(pytester: pytest.Pytester) -> None:
    run_source(pytester, SUITE, "-p", "pytest_asyncio", "-p", "asyncshim", passed=1)
    run_source(pytester, SUITE, "-p", "asyncshim", "-p", "pytest_asyncio", passed=1)


def test_without_dash_p_the_entry_point_adds_nothing(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, SUITE, passed=1)
    (plugins,) = [line for line in result.outlines if line.startswith("plugins:")]
    assert plugins.count("asyncshim") == 1
    assert "pytest_asyncio" not in plugins


def test_a_blocked_asyncshim_is_not_loaded_by_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_plain(request):
            assert "pytest_asyncio" not in sys.modules
            assert not request.config.pluginmanager.hasplugin("pytest_asyncio")
            assert not request.config.pluginmanager.hasplugin("asyncio")
    """)
    result = pytester.runpytest_subprocess("-p", "no:asyncshim")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("asyncshim *: *")


def test_asking_for_it_while_asyncshim_is_blocked_is_pytests_usage_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_plain(): pass")
    result = pytester.runpytest_subprocess("-p", "no:asyncshim", "-p", "pytest_asyncio")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.lines[0] == (
        """ERROR: Error importing plugin "pytest_asyncio": No module named 'pytest_asyncio'"""
    )


def test_dash_p_no_asyncio_still_turns_everything_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("async def test_it(): pass")
    result = pytester.runpytest("-p", "no:asyncio", "-p", "pytest_asyncio")
    assert "passed" not in result.parseoutcomes()
    result.stdout.no_fnmatch_line("asyncshim *: *")


def test_importing_it_puts_nothing_into_the_process(pytester: pytest.Pytester) -> None:
    code = (
        "import sys, asyncshim.plugin.takeover.entry_point; assert not {'asyncio', 'pytest_asyncio'} & set(sys.modules)"
    )
    result = run_python("-W", "error", "-c", code, cwd=pytester.path)
    assert (result.returncode, result.stdout) == (0, "")
