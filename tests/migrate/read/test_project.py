from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.read.project import find_project
from repositories import repository, write_tree


def at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def test_without_paths_the_configured_test_paths_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "r", {"pytest.ini": "[pytest]\ntestpaths = unit\n", "unit/a.py": "", "tests/b.py": ""})
    at(root, monkeypatch)
    found = find_project(())
    assert (found.root, found.given, found.explicit) == (root, (root / "unit",), False)


def test_without_configuration_the_default_is_tests_and_then_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path / "r", {"tests/b.py": "", "src/a.py": ""})
    at(root, monkeypatch)
    assert find_project(()).given == (root / "tests",)
    at(root / "src", monkeypatch)
    assert find_project(()).given == (root / "src",)
    assert find_project(()).root == root


def test_the_root_holds_both_the_pytest_configuration_and_the_packaging(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"pyproject.toml": "[project]\n", "tests/pytest.ini": "", "tests/test_a.py": ""})
    assert find_project([str(root / "tests")]).root == root


def test_a_package_of_a_monorepo_that_configures_itself_is_its_own_root(tmp_path: Path) -> None:
    own = "[project]\nname = 'a'\n[tool.pytest.ini_options]\n"
    root = repository(tmp_path / "r", {"pyproject.toml": own, "p/a/pyproject.toml": own, "p/a/tests/test_a.py": ""})
    assert find_project([str(root / "p/a/tests")]).root == root / "p/a"
    assert find_project([str(root / "p")]).root == root


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pytest.ini": "", "pyproject.toml": ""})
    root = repository(tmp_path / "r", {"tests/test_a.py": ""})
    assert find_project([str(root / "tests")]).root == root


def test_without_git_the_nearest_configuration_decides_and_a_note_says_so(tmp_path: Path) -> None:
    write_tree(tmp_path, {"pytest.ini": "", "p/pyproject.toml": "", "p/tests/test_a.py": ""})
    found = find_project([str(tmp_path / "p" / "tests")])
    assert found.repository is None
    assert found.note == "there is no git repository here"
    assert found.root == tmp_path


def test_a_file_in_the_home_folder_does_not_make_it_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_tree(tmp_path, {"pyproject.toml": "[tool.pytest.ini_options]\n", "work/test_a.py": ""})
    assert find_project([str(tmp_path / "work")]).root == tmp_path / "work"


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere: no such file or folder"):
        find_project([str(tmp_path / "nowhere")])


def test_paths_of_two_repositories_are_refused(tmp_path: Path) -> None:
    one, two = repository(tmp_path / "one", {}), repository(tmp_path / "two", {})
    with pytest.raises(UsageError, match=r"different repositories .*run once for each"):
        find_project([str(one), str(two)])


def test_a_path_through_a_symbolic_link_is_the_real_one(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"tests/test_a.py": ""})
    (tmp_path / "link").symlink_to(root / "tests")
    found = find_project([str(tmp_path / "link")])
    assert (found.root, found.given) == (root, (root / "tests",))


def test_paths_are_shown_from_the_current_folder_and_diffed_from_the_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "[project]\n[tool.pytest.ini_options]\n"
    root = repository(tmp_path / "r", {"p/a/pyproject.toml": own, "p/a/tests/test_a.py": ""})
    at(root / "p/a/tests", monkeypatch)
    found = find_project(["."])
    assert found.root == root / "p/a"
    assert found.shown("tests/test_a.py") == "test_a.py"
    assert found.shown("pyproject.toml") == "../pyproject.toml"
    assert found.in_diff("tests/test_a.py") == "p/a/tests/test_a.py"
