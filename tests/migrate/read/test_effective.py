from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from asyncshim.cli.parser import build_parser
from asyncshim.migrate.read.effective import effective_settings
from asyncshim.migrate.read.project import find_project
from asyncshim.migrate.read.settings import KEYS, load
from repositories import write_tree

TABLE = """\
[project]
name = "p"

[tool.asyncshim]
exclude = ["vendor"]
select = ["ASH1"]
ignore = ["ASH105"]
jobs = 3
runner = "anyio"
"""


def found(
    root: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, table: str = TABLE
) -> dict[str, tuple[object, str]]:
    write_tree(root, {"pyproject.toml": table, "tests/test_a.py": ""})
    monkeypatch.chdir(root)
    parsed: argparse.Namespace = build_parser().parse_args(["config", *arguments])
    project = find_project(parsed.paths)
    defaults = {"jobs": 8, "max-file-size": 2 * 2**20, "file-timeout": 30}
    listed = effective_settings(project, load(project), vars(parsed), defaults)
    return {each.key: (each.value, each.source) for each in listed}


def test_each_setting_has_a_value_and_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(tmp_path, monkeypatch) == {
        "paths": (["tests"], "default"),
        "exclude": (["vendor"], "pyproject.toml:5"),
        "select": (["ASH1"], "pyproject.toml:6"),
        "extend-select": ([], "default"),
        "ignore": (["ASH105"], "pyproject.toml:7"),
        "unsafe": (False, "default"),
        "todo": (False, "default"),
        "runner": ("anyio", "pyproject.toml:9"),
        "config": (True, "default"),
        "deps": (True, "default"),
        "jobs": (3, "pyproject.toml:8"),
        "baseline": (None, "default"),
        "max-file-size": (2 * 2**20, "default"),
        "file-timeout": (30, "default"),
    }


def test_every_key_of_the_table_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(KEYS) <= found(tmp_path, monkeypatch).keys()


def test_options_override_or_extend_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = [
        "--exclude",
        "x",
        "--select",
        "ASH2",
        "--ignore",
        "ASH201,ASH202",
        "--jobs",
        "1",
        "--no-deps",
        "--unsafe",
    ]
    told = found(tmp_path, monkeypatch, *options, "--max-file-size", "3M", "tests")
    assert told["paths"] == (["tests"], "command line")
    assert told["exclude"] == (["vendor", "x"], "pyproject.toml:5, command line")
    assert told["select"] == (["ASH2"], "command line")
    assert told["ignore"] == (["ASH105", "ASH201", "ASH202"], "pyproject.toml:7, command line")
    assert told["jobs"] == (1, "command line")
    assert told["deps"] == (False, "command line")
    assert told["config"] == (True, "default")
    assert told["unsafe"] == (True, "command line")
    assert told["max-file-size"] == (3 * 2**20, "command line")


def test_paths_say_whether_pytest_or_the_table_defines_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path, {"pytest.ini": "[pytest]\ntestpaths = tests\n"})
    assert found(tmp_path, monkeypatch)["paths"] == (["tests"], "testpaths in pytest.ini")


def test_without_a_table_everything_is_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = found(tmp_path, monkeypatch, table="")
    assert {source for _, source in told.values()} == {"default"}
    assert told["jobs"] == (8, "default")


def test_a_table_in_another_form_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = found(tmp_path, monkeypatch, table="tool.asyncshim = {todo = true}\n")
    assert told["todo"] == (True, "pyproject.toml")


def test_paths_of_the_table_have_their_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = "[tool.asyncshim]\nunsafe = true\npaths = ['tests']\n"
    assert found(tmp_path, monkeypatch, table=table)["paths"][1] == "pyproject.toml:3"
