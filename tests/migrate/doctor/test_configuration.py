from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.migrate.doctor.configuration import configuration_files, pytest_configuration
from asyncshim.migrate.doctor.diagnose import diagnose
from asyncshim.migrate.doctor.model import Level, RemainingUses
from asyncshim.migrate.doctor.render import as_json, as_text
from asyncshim.migrate.plan import ruleset
from asyncshim.migrate.read import discover, settings
from asyncshim.migrate.read.project import Project, find_project
from repositories import repository


@pytest.fixture
def monorepo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "pyproject.toml": '[tool.asyncshim]\nignore = ["ASH501"]\n[tool.pytest.ini_options]\nasyncio_mode = "auto"\n',
        "setup.cfg": "[tool:pytest]\nasyncio_mode = strict\nsecret_option = 1\n",
        "tests/test_a.py": "",
        "tests/sub/pytest.ini": "[pytest]\nasyncshim_runner = loop_scope\n",
        "other/pytest.ini": "[pytest]\n",
    }
    root = repository(tmp_path / "p", files)
    monkeypatch.chdir(root)
    return root


def listed(project: Project) -> dict[str, tuple[str, bool, dict[str, str]]]:
    found = discover.discover(project, ruleset.load().is_config)
    own = settings.load(project)
    files = configuration_files(project, found.settings, own)
    return {f"{each.path}: {each.use}": (each.use, each.is_used, dict(each.settings)) for each in files}


def test_each_file_says_who_reads_it_and_what_it_has(monorepo: Path) -> None:
    assert monorepo
    found = listed(find_project([]))
    assert list(found) == [
        "pyproject.toml: pytest reads it",
        "setup.cfg: pytest does not read it: pyproject.toml comes first",
        "tests/sub/pytest.ini: pytest reads it only when run from tests/sub",
        "pyproject.toml: [tool.asyncshim]: asyncshim reads it",
    ]
    assert found["setup.cfg: pytest does not read it: pyproject.toml comes first"][2] == {
        "asyncio_mode": "strict",
        "other options": "1",
    }
    assert found["pyproject.toml: [tool.asyncshim]: asyncshim reads it"][2] == {"ignore": "ASH501"}


def test_the_file_in_force_depends_on_the_paths(monorepo: Path) -> None:
    assert pytest_configuration(find_project([])).mode == "auto"
    below = pytest_configuration(find_project(["tests/sub"]))
    assert (below.file, below.options) == ("tests/sub/pytest.ini", {"asyncshim_runner": "loop_scope"})
    assert monorepo


@pytest.mark.parametrize(
    ("uses", "errors", "command"),
    [
        (RemainingUses(1, 1, 1, 0, 3), [], "migrate --dry-run"),
        (RemainingUses(0, 1, 1, 0, 3), [], "migrate --unsafe --dry-run"),
        (RemainingUses(0, 0, 1, 0, 3), [], "asyncshim check"),
        (RemainingUses(1, 0, 0, 1, 3), [], "asyncshim check"),
        (RemainingUses(0, 0, 0, 0, 3), [], "python -m pytest"),
        (None, [], "asyncshim check"),
        (None, ["pyproject.toml: wrong"], "asyncshim doctor"),
    ],
)
def test_the_next_command_fits_what_remains(
    monorepo: Path, uses: RemainingUses | None, errors: list[str], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert monorepo
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    project = find_project([])
    found = diagnose(project, discover.discover(project, ruleset.load().is_config), None, uses, errors)
    assert command in found.next_command
    assert found.problems == sum(each.level is Level.PROBLEM for each in found.conflicts)
    told = "\n".join(as_text(found, 80))
    assert f"    {found.next_command}" in told
    assert as_json(found)["next_command"] == found.next_command
