"""``check`` and ``status`` look at the whole project, and name the uses that are not within the paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asyncshim.cli.outside import uses_outside
from asyncshim.migrate.plan.outcome import Outcome
from asyncshim_codemods.results import FileResult, Finding, Safety
from repositories import NEW, OLD, asyncshim, read_tree, repository

PLUGIN = """\
import pytest


@pytest.fixture
async def client(event_loop):
    yield event_loop


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.asyncio)
"""
PLACE = "src/app/testing/plugin.py:"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"src/app/testing/plugin.py": PLUGIN, "tests/test_a.py": NEW, "pyproject.toml": "[project]\nname = 'app'\n"}
    return repository(tmp_path / "p", files)


def test_check_of_the_default_paths_fails_for_uses_outside_of_them(project: Path) -> None:
    before = read_tree(project)
    done = asyncshim(project, "check")
    assert (done.code, done.stdout) == (1, "")
    assert "warning: 2 uses outside the paths (first: src/app/testing/plugin.py:5)" in done.stderr
    assert "`python -m asyncshim check .` lists them\n" in done.stderr
    listed = asyncshim(project, "check", ".")
    assert [line.startswith(PLACE) for line in listed.stdout.splitlines()] == [True, True]
    assert "outside" not in listed.stderr
    assert read_tree(project) == before


def test_check_of_given_folders_names_the_uses_outside_and_passes(project: Path) -> None:
    done = asyncshim(project, "check", "tests")
    assert done.code == 0
    assert "warning: 2 uses outside the paths" in done.stderr
    done = asyncshim(project / "tests", "check", ".")
    assert "(first: ../src/app/testing/plugin.py:5): `python -m asyncshim check ..` lists them" in done.stderr


def test_check_of_given_files_is_about_these_files_only(project: Path) -> None:
    done = asyncshim(project, "check", "tests/test_a.py")
    assert (done.code, done.stderr) == (0, "No uses found in 2 files.\n")


def test_status_counts_the_uses_outside(project: Path) -> None:
    done = asyncshim(project, "status")
    assert done.code == 0
    assert done.stdout.splitlines()[1] == (
        "2 uses outside the paths (first: src/app/testing/plugin.py:5): `python -m asyncshim status .` counts them."
    )
    content = json.loads(asyncshim(project, "status", "--json").stdout)
    assert content["outside"] == {"uses": 2, "files": {"src/app/testing/plugin.py": 2}}
    assert json.loads(asyncshim(project, "status", "--json", ".").stdout)["outside"] == {"uses": 0, "files": {}}


def test_excluded_files_and_other_projects_are_not_outside_the_paths(project: Path) -> None:
    (project / "other").mkdir()
    (project / "other/pyproject.toml").write_text("[project]\nname = 'other'\n")
    (project / "other/test_b.py").write_bytes(OLD)
    done = asyncshim(project, "check", "--exclude", "src")
    assert (done.code, "outside" in done.stderr) == (0, False)


def test_a_baseline_accepts_the_uses_of_the_paths_and_only_names_the_others(project: Path) -> None:
    (project / "tests/test_a.py").write_bytes(OLD)
    assert asyncshim(project, "check", "--baseline", "b.json", "--update-baseline").code == 0
    done = asyncshim(project, "check", "--baseline", "b.json")
    assert done.code == 0
    assert "warning: 2 uses outside the paths" in done.stderr


def test_migrate_writes_nothing_outside_the_paths(project: Path) -> None:
    before = read_tree(project)
    assert asyncshim(project, "migrate").code == 0
    assert read_tree(project) == before


def test_every_use_of_every_file_outside_counts() -> None:
    use = Finding(1, 1, "ASH101", "a marker", Safety.SAFE, fixed=True)
    outside = tuple(FileResult(path, b"", b"", (use, use)) for path in ("a.py", "b.py"))
    assert uses_outside(Outcome((), 0, outside=outside)) == 4
