from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

import tiny_rules
from asyncshim.errors import UsageError
from asyncshim.migrate.read.discover import Discovery, discover
from asyncshim.migrate.read.project import find_project
from repositories import git, repository, write_tree

CONFIGURED = "[project]\nname = 'a'\n[tool.pytest.ini_options]\n"


def found(*paths: Path, exclude: Sequence[str] = ()) -> Discovery:
    return discover(find_project([str(path) for path in paths]), tiny_rules.is_config, exclude)


def test_tracked_and_new_files_are_found_and_ignored_ones_are_not(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"tests/test_a.py": "", ".gitignore": "gen_*.py\n", "pyproject.toml": CONFIGURED})
    write_tree(root, {"tests/test_new.py": "", "tests/gen_a.py": "", "tests/readme.md": ""})
    assert found(root / "tests") == Discovery(
        targets=("tests/test_a.py", "tests/test_new.py"),
        config=("pyproject.toml",),
        python=("tests/test_a.py", "tests/test_new.py"),
        settings=("pyproject.toml",),
    )


def test_an_index_without_a_commit_is_enough(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"tests/test_a.py": ""}, commit=False)
    assert found(root / "tests").targets == ("tests/test_a.py",)


def test_python_files_outside_of_the_paths_are_only_read_for_facts(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"tests/a/test_a.py": "", "tests/b/test_b.py": "", "src/x.py": ""})
    result = found(root / "tests/a")
    assert result.targets == ("tests/a/test_a.py",)
    assert result.python == ("src/x.py", "tests/a/test_a.py", "tests/b/test_b.py")


def test_the_conftests_above_default_paths_belong_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"conftest.py": "", "tests/conftest.py": "", "tests/unit/test_a.py": "", "other/conftest.py": ""}
    root = repository(tmp_path / "r", {"pytest.ini": "[pytest]\ntestpaths = tests/unit\n", **files})
    monkeypatch.chdir(root)
    assert found().targets == ("conftest.py", "tests/conftest.py", "tests/unit/test_a.py")
    assert found(root / "tests/unit").targets == ("tests/unit/test_a.py",)


def test_files_deleted_from_disk_are_skipped(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"test_a.py": "", "test_b.py": ""})
    (root / "test_b.py").unlink()
    assert found(root).targets == ("test_a.py",)


def test_a_file_of_a_merge_conflict_is_listed_once(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"test_a.py": "1\n"})
    git(root, "checkout", "-q", "-b", "other")
    write_tree(root, {"test_a.py": "2\n"})
    git(root, "commit", "-qam", "other")
    git(root, "checkout", "-q", "-")
    write_tree(root, {"test_a.py": "3\n"})
    git(root, "commit", "-qam", "ours")
    with pytest.raises(AssertionError):
        git(root, "merge", "other")
    assert found(root).targets == ("test_a.py",)


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    write_tree(tmp_path / "outside", {"test_out.py": ""})
    root = write_tree(tmp_path / "r", {"tests/test_a.py": "", "real.py": "", "pytest.ini": ""})
    (root / "tests" / "test_link.py").symlink_to(tmp_path / "outside" / "test_out.py")
    (root / "tests" / "folder").symlink_to(tmp_path / "outside")
    (root / "tests" / "test_dangling.py").symlink_to("nowhere")
    (root / "tests" / "loop").symlink_to(root / "tests")
    for _ in range(2):
        assert found(root / "tests").targets == ("tests/test_a.py",)
        repository(root, {})


def test_a_folder_that_git_ignores_is_visited_when_asked_for(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {".gitignore": "generated/\n", "tests/test_a.py": ""})
    write_tree(root, {"generated/test_g.py": "", "generated/venv/pyvenv.cfg": "", "generated/venv/x.py": ""})
    assert found(root).targets == ("tests/test_a.py",)
    assert found(root / "generated").targets == ("generated/test_g.py",)
    assert found(root / "generated" / "test_g.py").targets == ("generated/test_g.py",)


def test_a_named_file_is_included_with_any_suffix(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"tests/template": "", "tests/test_a.py": ""})
    assert found(root / "tests/template").targets == ("tests/template",)


@pytest.mark.parametrize("git_repository", [True, False])
def test_exclude_skips_files_and_folders(tmp_path: Path, *, git_repository: bool) -> None:
    files = {"tests/data/test_x.py": "", "tests/test_a.py": "", "tests/gen_b.py": "", "pytest.ini": ""}
    root = repository(tmp_path / "r", files) if git_repository else write_tree(tmp_path / "r", files)
    result = found(root, exclude=["data", "gen_*", "pytest.ini"])
    assert result.targets == ("tests/test_a.py",)
    assert result.config == ()
    assert result.settings == ("pytest.ini",)
    assert "tests/data/test_x.py" in result.python


def test_environments_and_caches_are_skipped_without_git(tmp_path: Path) -> None:
    generated = ["env/lib/x.py", "node_modules/x.py", "__pycache__/x.py", ".tox/x.py", "build/x.py", "a.egg-info/x.py"]
    root = write_tree(tmp_path / "r", {**dict.fromkeys(generated, ""), "env/pyvenv.cfg": "", "tests/test_a.py": ""})
    assert found(root).targets == ("tests/test_a.py",)


def test_only_configuration_files_of_the_project_are_found(tmp_path: Path) -> None:
    names = ["pyproject.toml", "requirements.txt", "docs/requirements.txt", "p/a/pyproject.toml", "p/b/pyproject.toml"]
    files = {name: CONFIGURED if name.endswith("toml") else "" for name in [*names, "p/b/requirements.txt"]}
    tests = {"p/a/tests/test_a.py": "", "p/b/tests/test_b.py": "", "tests/test_c.py": ""}
    root = repository(tmp_path / "r", {**files, **tests})
    assert found(root / "p/a/tests").config == ("pyproject.toml",)
    assert found(root / "tests").config == ("docs/requirements.txt", "pyproject.toml", "requirements.txt")
    assert found(root / "tests", root / "p/a/tests").config == (
        "docs/requirements.txt",
        "p/a/pyproject.toml",
        "pyproject.toml",
        "requirements.txt",
    )
    assert found(root).config == tuple(sorted(files))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_unusual_file_names_are_found(tmp_path: Path) -> None:
    names = ["tests/test a.py", 'tests/test"q".py', "tests/test\nline.py", "tests/caf\udce9.py", "tests/-n.py"]
    root = write_tree(tmp_path / "r", dict.fromkeys([*names, "pytest.ini"], ""))
    assert found(root / "tests").targets == tuple(sorted(names))
    repository(root, {})
    assert found(root / "tests").targets == tuple(sorted(names))


def test_a_path_that_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        found(tmp_path / "pipe.py")
    assert found(tmp_path).targets == ()
