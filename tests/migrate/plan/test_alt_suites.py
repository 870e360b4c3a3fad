"""Suites for alt-pytest-asyncio: the plugin and the dependency go together with the last use, never before."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from asyncshim.migrate.plan.engine import Engine, Outcome
from asyncshim.migrate.plan.ruleset import load
from asyncshim.migrate.read.discover import discover
from asyncshim.migrate.read.project import find_project
from asyncshim_codemods import api
from asyncshim_codemods.results import Options
from repositories import write_tree

LIMITED = "async def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(9)\n    assert await it()\n"
MARKED = "import pytest\n\n\n@pytest.mark.asyncshim_timeout(9)\nasync def test_it():\n    assert await it()\n"
IN_FIXTURE = (
    "import pytest\n\n\n@pytest.fixture\nasync def it(async_timeout):\n    async_timeout.set_timeout_seconds(9)\n"
)
ENABLING = 'import os\n\npytest_plugins = ["alt_pytest_asyncio.enable"]\n'
WITH_CONFTEST = {
    "pytest.ini": "[pytest]\n",
    "requirements.txt": "alt-pytest-asyncio\n",
    "tests/conftest.py": ENABLING,
    "tests/test_it.py": LIMITED,
}
WITH_ADDOPTS = {
    "pytest.ini": "[pytest]\naddopts = -q -p alt_pytest_asyncio.enable\n",
    "requirements.txt": "alt-pytest-asyncio\n",
    "tests/test_it.py": LIMITED,
}


def run(root: Path, files: Mapping[str, str], *, ignore: str = "") -> Outcome:
    write_tree(root, dict(files))
    rules = load()
    project = find_project([str(root)])
    options = Options(frozenset(api.rules()) - {ignore})
    return Engine(project.root, rules, options).run(discover(project, rules.is_config))


def changed(outcome: Outcome) -> dict[str, str]:
    return {result.path: result.new.decode() for result in outcome.whole_results if result.changed}


def test_a_suite_that_a_conftest_enables_migrates_in_one_run(tmp_path: Path) -> None:
    first = changed(run(tmp_path, WITH_CONFTEST))
    assert first == {
        "pytest.ini": "[pytest]\nasyncshim_timeout = 5\n",
        "requirements.txt": "asyncshim\n",
        "tests/conftest.py": "import os\n",
        "tests/test_it.py": MARKED,
    }
    assert not run(tmp_path, first).results


def test_a_suite_that_its_configuration_enables_migrates_in_one_run(tmp_path: Path) -> None:
    first = changed(run(tmp_path, WITH_ADDOPTS))
    assert first == {
        "pytest.ini": "[pytest]\nasyncshim_timeout = 5\naddopts = -q\n",
        "requirements.txt": "asyncshim\n",
        "tests/test_it.py": MARKED,
    }
    assert not run(tmp_path, first).results


@pytest.mark.parametrize("files", [WITH_CONFTEST, WITH_ADDOPTS])
def test_while_a_use_is_left_plugin_and_dependency_stay_and_asyncshim_is_added(
    tmp_path: Path, files: dict[str, str]
) -> None:
    outcome = run(tmp_path, {**files, "tests/test_more.py": IN_FIXTURE})
    first = changed(outcome)
    assert first == {"requirements.txt": "alt-pytest-asyncio\nasyncshim\n", "tests/test_it.py": MARKED}
    left = [found.message for result in outcome.results for found in result.findings if not found.fixed]
    assert any("stays" in each and "tests/test_more.py:5 requests `async_timeout`" in each for each in left)
    assert not changed(run(tmp_path, first))


def test_leaked_tasks_keep_the_plugin_and_the_dependency(tmp_path: Path) -> None:
    leaking = "import asyncio\n\n\nasync def test_more():\n    asyncio.create_task(work())\n"
    for files in (WITH_CONFTEST, WITH_ADDOPTS):
        first = changed(run(tmp_path / str(len(files)), {**files, "tests/test_more.py": leaking}))
        assert first == {"requirements.txt": "alt-pytest-asyncio\nasyncshim\n", "tests/test_it.py": MARKED}


@pytest.mark.parametrize(
    ("files", "ignore"),
    [
        ({**WITH_ADDOPTS, "requirements.txt": "alt-pytest-asyncio==0.9.6 --hash=sha256:00\n"}, ""),
        ({**WITH_ADDOPTS, "requirements.txt": "pytest\n"}, ""),
        (WITH_ADDOPTS, "ASH606"),
    ],
)
def test_where_asyncshim_is_not_installed_nothing_of_it_is_written(
    tmp_path: Path, files: dict[str, str], ignore: str
) -> None:
    assert changed(run(tmp_path, files, ignore=ignore)) == {}


def test_a_suite_for_another_plugin_is_left_alone(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "async-timeout\npytest-timeout\n",
        "pytest.ini": "[pytest]\ntimeout = 5\n",
        "tests/test_it.py": "import async_timeout\n\n\ndef test_it():\n    async_timeout.timeout(3)\n",
    }
    assert not run(tmp_path, files).results
