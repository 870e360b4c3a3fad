from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.migrate.doctor.configuration import PytestConfiguration
from asyncshim.migrate.doctor.model import InstalledPlugin
from diagnosing import AIOHTTP, ASYNCSHIM, REAL, environment, told

ANYIO = InstalledPlugin("anyio", "anyio.pytest_plugin", "anyio", "4.11.0")
OFF = PytestConfiguration("pytest.ini", {}, ("-p", "no:asyncshim"))


@pytest.mark.parametrize(
    ("plugins", "options", "variables", "who"),
    [
        ([ASYNCSHIM], None, {}, "asyncshim"),
        ([REAL, ASYNCSHIM], None, {}, "asyncshim"),
        ([ASYNCSHIM, REAL], OFF, {}, "pytest-asyncio"),
        ([ASYNCSHIM], OFF, {}, "nobody"),
        ([ASYNCSHIM], None, {"PYTEST_ADDOPTS": "-p no:asyncshim"}, "nobody"),
        ([ASYNCSHIM], None, {"PYTEST_ADDOPTS": "-pno:asyncshim"}, "nobody"),
        ([ASYNCSHIM], OFF, {"PYTEST_ADDOPTS": "-p asyncshim"}, "asyncshim"),
        ([ASYNCSHIM], None, {"PYTEST_ADDOPTS": "-p no:asyncio"}, "nobody"),
        ([ASYNCSHIM], None, {"PYTEST_ADDOPTS": "-p no:asyncio -p asyncshim"}, "asyncshim"),
        ([ASYNCSHIM, REAL], None, {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, "nobody"),
        ([ASYNCSHIM], None, {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "x, asyncshim"}, "asyncshim"),
        ([ASYNCSHIM], PytestConfiguration(plugin_autoload=False), {}, "nobody"),
        ([ASYNCSHIM], PytestConfiguration(addopts=("-p", "asyncshim"), plugin_autoload=False), {}, "asyncshim"),
        ([REAL], None, {}, "pytest-asyncio"),
        ([ANYIO], None, {}, "nobody"),
        ([ANYIO, ASYNCSHIM], PytestConfiguration("pytest.ini", {"anyio_mode": "auto"}), {}, "anyio"),
    ],
)
def test_the_plugin_that_pytest_loads_runs_the_tests(
    plugins: list[InstalledPlugin], options: PytestConfiguration | None, variables: dict[str, str], who: str
) -> None:
    runs, _ = told(environment(*plugins), options, variables=variables)
    assert runs.who == who
    assert runs.reasons


@pytest.mark.parametrize(
    ("mode", "expected", "tests"),
    [
        ("", "auto", "all async tests run"),
        ("auto", "auto", "all async tests run"),
        ("legacy", "auto", "all async tests run"),
        ("strict", "strict", "only tests with the marker `asyncio` run"),
    ],
)
def test_the_mode_says_which_tests_run(mode: str, expected: str, tests: str) -> None:
    runs, _ = told(environment(ASYNCSHIM), PytestConfiguration("tox.ini", {}, (), mode))
    assert runs.mode == expected
    assert runs.mode_from == ("tox.ini" if mode else "")
    assert tests in runs.reasons[-1]


def test_pytest_asyncio_is_strict_by_default() -> None:
    assert told(environment(REAL))[0].mode == "strict"


def test_a_conftest_that_names_asyncshim_loads_it(tmp_path: Path) -> None:
    files = {"conftest.py": "pytest_plugins = ['asyncshim']\n"}
    variables = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    assert told(environment(ASYNCSHIM), None, files, tmp_path, variables)[0].who == "asyncshim"


def test_a_conftest_with_a_hook_runs_them_if_no_plugin_does(tmp_path: Path) -> None:
    hook = (
        "import asyncio\n\n\ndef pytest_pyfunc_call(pyfuncitem):\n    asyncio.run(pyfuncitem.obj())\n    return True\n"
    )
    runs, found = told(environment(ANYIO), None, {"tests/conftest.py": hook}, tmp_path)
    assert runs.who == "tests/conftest.py"
    assert "tests/conftest.py:4: the hook `pytest_pyfunc_call` runs them." in runs.reasons
    assert runs.others == (("anyio", "tests with the marker `anyio`, or that use the fixture `anyio_backend`"),)
    assert [each.id for each in found] == ["conftest-runner"]


def test_a_plugin_that_names_a_package_which_is_not_installed_is_not_it(tmp_path: Path) -> None:
    runs, found = told(environment(ASYNCSHIM), None, {"conftest.py": "pytest_plugins = 'pytest_asyncio'\n"}, tmp_path)
    assert runs.who == "asyncshim"
    assert found == []


def test_plugins_that_use_pytest_asyncio_do_not_run_tests_themselves() -> None:
    assert told(environment(ASYNCSHIM, AIOHTTP))[0].others == ()
