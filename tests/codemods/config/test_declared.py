from __future__ import annotations

from collections.abc import Mapping

import pytest

from asyncshim_codemods import api
from asyncshim_codemods.config import rewrite
from asyncshim_codemods.config.declared import facts_about_runner
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options

TEST = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it(): ...\n"


def found(files: Mapping[str, str], *, edited: bool = True, **choices: object) -> ProjectFacts:
    options = Options(frozenset(api.rules()), **choices)  # type: ignore[arg-type]
    every = [(path, text.encode()) for path, text in {"test_a.py": TEST, **files}.items()]
    config = [(path, data) for path, data in every if api.is_config(path)]
    names = {path for path, _ in config} if edited else set()
    facts = api.facts_about_requirements(api.collect_facts(every), config, names, options)
    return facts_about_runner(facts, config, names, options, rewrite)


def mode(facts: ProjectFacts) -> str | None:
    return facts.mode_after("test_a.py")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"requirements.txt": "pytest\n"}, "no dependency file names a runner"),
        ({"poetry.lock": 'name = "pytest-asyncio"\n'}, "poetry.lock installs it"),
        ({"setup.py": "setup(tests_require=['pytest-asyncio'])\n"}, "setup.py: names pytest-asyncio"),
        ({"requirements.txt": "pytest-aiohttp\n"}, "requirements.txt lists pytest-aiohttp, which requires it"),
        ({"requirements.txt": "pytest<7\npytest-asyncio\n"}, "requirements.txt: asyncshim needs pytest 7.4"),
        ({"requirements.txt": "pytest-asyncio\n", "b.py": "import pytest_asyncio\n"}, "b.py:1 imports pytest_asyncio"),
    ],
)
def test_pytest_asyncio_stays_for_a_reason(files: Mapping[str, str], reason: str) -> None:
    facts = found({"pytest.ini": "[pytest]\nasyncio_mode = strict\n", **files})
    assert facts.kept is not None
    assert facts.kept.reason.startswith(reason)
    assert mode(facts) == "auto"


def test_an_import_without_a_finding_is_named_as_what_to_remove() -> None:
    facts = found({"requirements.txt": "pytest-asyncio\n", "b.py": "import pytest_asyncio\n"})
    assert facts.kept is not None
    assert facts.kept.finish.startswith("remove that import, and rewrite what `python -m asyncshim check b.py` lists")


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "pytest-asyncio\n"},
        {"requirements.txt": "asyncshim>=0.1\n"},
        {"requirements.txt": "alt-pytest-asyncio\n"},
        {},
        {"pytest.ini": "", "pyproject.toml": ""},
    ],
)
def test_nothing_stays_if_the_files_install_another_runner_or_there_are_none(files: Mapping[str, str]) -> None:
    assert found(files).kept is None


def test_settings_of_asyncshim_and_its_commands_are_no_dependency() -> None:
    files = {
        "pyproject.toml": "[project]\ndependencies = []\n[tool.asyncshim]\nunsafe = true\n",
        "Makefile": "check:\n\tasyncshim check\n",
        "pytest.ini": "[pytest]\nasyncshim_timeout = 3\n# asyncshim\n",
    }
    assert found(files).kept is not None


def test_files_that_are_not_edited_keep_the_plugin_and_the_mode() -> None:
    files = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n", "requirements.txt": "pytest-asyncio\n"}
    facts = found(files, edited=False)
    assert facts.kept is not None
    assert mode(facts) == "strict"


def test_a_project_without_traces_of_pytest_asyncio_has_no_runner_to_keep() -> None:
    assert found({"test_a.py": "async def test_it(): ...\n", "requirements.txt": "pytest\n"}).kept is None


def test_the_runner_pytest_asyncio_needs_its_options_for_one_loop() -> None:
    requires = {"requirements.txt": "pytest-asyncio\n"}
    written = found({**requires, "pytest.ini": "[pytest]\nasyncio_mode = strict\n"}, runner="pytest-asyncio")
    assert written.kept is None
    missing = found(requires, runner="pytest-asyncio")
    assert missing.kept is not None
    old = found({"requirements.txt": "pytest-asyncio<0.22\n", "pytest.ini": "[pytest]\n"}, runner="pytest-asyncio")
    assert old.kept is not None
    assert mode(old) == "auto"


def test_an_empty_pytest_ini_gets_a_section() -> None:
    facts = found({"pytest.ini": "", "requirements.txt": "pytest\n"})
    assert mode(facts) == "auto"
