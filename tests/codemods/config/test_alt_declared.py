from __future__ import annotations

import pytest

from asyncshim_codemods.config.alt_declared import alt_facts
from asyncshim_codemods.config.rewrite import rewrite_config
from asyncshim_codemods.project.alt_uses import AltFacts
from asyncshim_codemods.project.facts import FileSettings, ProjectFacts
from asyncshim_codemods.results import Options
from config_tools import ALL, ALT

USED = ProjectFacts(alt=AltFacts(uses=("tests/a.py:1 imports alt_pytest_asyncio",)))


def stays(
    files: dict[str, str], *, edited: bool = True, options: Options | None = None, facts: ProjectFacts = USED
) -> str:
    given = [(path, text.encode()) for path, text in files.items()]
    options = options or Options(ALL | ALT)
    return alt_facts(facts, given, list(files) if edited else [], options, rewrite_config, ()).stays


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "alt-pytest-asyncio\n"},
        {"requirements.txt": "alt-pytest-asyncio\n", "setup.py": "install('alt-pytest-asyncio')\n"},
        {"pyproject.toml": '[tool.pixi.pypi-dependencies]\nasyncshim = "*"\nalt-pytest-asyncio = "*"\n'},
        {"setup.py": "install('asyncshim')\n"},
    ],
)
def test_nothing_stays_where_a_file_names_asyncshim_or_gets_it(files: dict[str, str]) -> None:
    assert stays(files) == ""


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {"setup.py": "install('alt-pytest-asyncio')\n"},
            "setup.py installs alt-pytest-asyncio: write asyncshim there",
        ),
        ({"requirements.txt": "pytest\n"}, "no dependency file names asyncshim"),
        ({"requirements.txt": "alt-pytest-asyncio --hash=sha256:0\n"}, "requirements.txt requires alt-pytest-asyncio"),
        (
            {"requirements.txt": "# asyncshim\nalt-pytest-asyncio @ https://example.com/z.whl\n"},
            "requirements.txt requires",
        ),
    ],
)
def test_the_reason_names_the_file_that_does_not_get_asyncshim(files: dict[str, str], reason: str) -> None:
    assert stays(files).startswith(reason)


def test_a_project_for_old_pythons_needs_unsafe() -> None:
    files = {"pyproject.toml": '[project]\nrequires-python = ">=3.9"\ndependencies = ["alt-pytest-asyncio"]\n'}
    loaded = ProjectFacts(alt=AltFacts(enabled_in=frozenset({"conftest.py"})))
    assert stays(files, facts=loaded) == "pyproject.toml needs --unsafe"
    assert stays(files, facts=loaded, options=Options(ALL | ALT, unsafe=True)) == ""


def test_a_run_that_may_not_edit_the_dependency_keeps_the_plugin() -> None:
    files = {"requirements.txt": "alt-pytest-asyncio\n"}
    assert "covers a part of the suite" in stays(files, edited=False)
    assert "ASH606 is not selected" in stays(files, options=Options(ALL))


def test_other_suites_other_runners_and_a_named_runner_have_no_reason() -> None:
    files = {"requirements.txt": "pytest\n"}
    assert stays(files, facts=ProjectFacts()) == ""
    assert stays(files, options=Options(ALL | ALT, runner="anyio")) == ""
    assert stays(files, options=Options(ALL | ALT, runner_given=True)) == ""
    assert stays({}) == ""
    required = {"pytest.ini": "[pytest]\nrequired_plugins = alt-pytest-asyncio\n"}
    assert stays(required, options=Options(ALL | ALT, runner_given=True)) == ""


def test_configuration_that_enables_the_plugin_after_the_run_is_a_use() -> None:
    after = (FileSettings("tox.ini", addopts=("-p", "alt_pytest_asyncio.enable")), FileSettings("a/pytest.ini"))
    facts = alt_facts(ProjectFacts(), (), (), Options(ALL | ALT), rewrite_config, after)
    assert facts.in_config == ("tox.ini enables it in addopts",)
