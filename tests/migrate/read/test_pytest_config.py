from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.migrate.read import pytest_config
from repositories import write_tree


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pytest.toml", '[pytest]\ntestpaths = ["unit"]\n'),
        (".pytest.toml", '[pytest]\ntestpaths = ["unit"]\n'),
        ("pytest.ini", "[pytest]\ntestpaths = unit\n"),
        (".pytest.ini", "[pytest]\ntestpaths =\n    unit\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\ntestpaths = "unit"\n'),
        ("pyproject.toml", '[tool.pytest]\ntestpaths = ["un*"]\n'),
        ("tox.ini", "[tox]\nenvlist = py\n[pytest]\ntestpaths = unit\n"),
        ("setup.cfg", "[metadata]\nname = x\n[tool:pytest]\ntestpaths = unit missing\n"),
    ],
)
def test_test_paths_are_read_from_every_kind_of_file(tmp_path: Path, name: str, content: str) -> None:
    write_tree(tmp_path, {name: content, "unit/test_a.py": ""})
    file = pytest_config.configuration_file(tmp_path)
    assert file == tmp_path / name
    assert pytest_config.test_paths(file) == [tmp_path / "unit"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", "[project]\nname = 'x'\n"),
        ("pyproject.toml", "this is = not [toml\n"),
        ("tox.ini", "[tox]\n"),
        ("setup.cfg", "[pytest]\ntestpaths = a\n"),
        ("setup.cfg", b"\xff\xfe[tool:pytest]\n"),
    ],
)
def test_a_file_without_a_pytest_section_is_skipped(tmp_path: Path, name: str, content: str | bytes) -> None:
    write_tree(tmp_path, {name: content})
    assert pytest_config.configuration_file(tmp_path) is None


def test_an_empty_pytest_ini_is_used_before_other_files(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pytest.ini": "", "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['a']\n"})
    file = pytest_config.configuration_file(tmp_path)
    assert file == tmp_path / "pytest.ini"
    assert pytest_config.test_paths(file) == []


def test_percent_signs_are_not_interpolated(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pytest.ini": "[pytest]\nlog_format = %(message)s\ntestpaths = unit\n", "unit/x": ""})
    assert pytest_config.test_paths(tmp_path / "pytest.ini") == [tmp_path / "unit"]


def test_paths_and_words_of_a_table_of_pytest_9_are_lists(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pyproject.toml": "[tool.pytest]\ntestpaths = ['tests']\n", "tests/test_a.py": ""})
    assert pytest_config.test_paths(tmp_path / "pyproject.toml") == [tmp_path / "tests"]
    assert pytest_config.words(["-q", "-m slow"]) == ["-q", "-m slow"]
    assert pytest_config.words("-q '-m slow'") == ["-q", "-m slow"]
    assert pytest_config.words("-q 'open") == []


def test_test_paths_of_another_type_are_ignored(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = 3\n"})
    assert pytest_config.test_paths(tmp_path / "pyproject.toml") == []
