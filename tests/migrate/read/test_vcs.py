from __future__ import annotations

import os
from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.read import git as git_calls
from asyncshim.migrate.read import vcs
from repositories import git, repository, write_tree


def test_a_plain_folder_has_no_repository(tmp_path: Path) -> None:
    assert vcs.find_repository(tmp_path) is None


def test_a_subfolder_belongs_to_the_repository_around_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"tests/test_a.py": "x = 1\n"})
    assert vcs.find_repository(root / "tests") == vcs.Repository(root, root / ".git/index")


def test_a_repository_without_a_commit_is_a_repository(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"test_a.py": "x = 1\n"}, commit=False)
    found = vcs.find_repository(root)
    assert found is not None
    assert found.top == root


def test_a_work_tree_and_a_submodule_are_repositories_of_their_own(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"test_a.py": "x = 1\n"})
    other = repository(tmp_path / "other", {"test_b.py": "x = 1\n"})
    git(root, "worktree", "add", "-q", "../linked")
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    linked, sub = vcs.find_repository(tmp_path / "linked"), vcs.find_repository(root / "sub")
    assert linked is not None
    assert sub is not None
    assert linked == vcs.Repository(tmp_path / "linked", root / ".git/worktrees/linked/index")
    assert sub == vcs.Repository(root / "sub", root / ".git/modules/sub/index")


def test_file_names_that_are_not_utf8_are_kept(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {})
    (root / "caf\udce9.py").write_bytes(b"")
    assert vcs.listed_files(vcs.Repository(root, root / ".git/index"), root)[0] == ["caf\udce9.py"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_folder_name_with_line_ends_is_found_whole(tmp_path: Path) -> None:
    root = repository(tmp_path / "r\n\nx\n", {"tests/test_a.py": "x = 1\n"})
    assert vcs.find_repository(root / "tests") == vcs.Repository(root, root / ".git/index")


def test_files_in_the_index_and_new_files_are_listed_and_ignored_ones_are_not(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"test_a.py": "", ".gitignore": "test_c.py\n"})
    (root / "test_b.py").write_bytes(b"")
    (root / "test_c.py").write_bytes(b"")
    names, closed = vcs.listed_files(vcs.Repository(root, root / ".git/index"), root)
    assert (sorted(names), closed) == ([".gitignore", "test_a.py", "test_b.py"], {})


def test_the_environment_of_a_git_hook_does_not_mislead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "r", {"test_a.py": ""})
    elsewhere = repository(tmp_path / "elsewhere", {})
    monkeypatch.setenv("GIT_DIR", str(elsewhere / ".git"))
    found = vcs.find_repository(root)
    assert found is not None
    assert found.top == root


def test_a_missing_git_program_is_distinguished_from_a_missing_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path / "r", {})
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(git_calls.GitNotFoundError):
        vcs.find_repository(root)


def test_the_error_of_git_is_quoted(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "r", {".git": "gitdir: /does/not/exist\n", "test_a.py": ""})
    assert vcs.find_repository(root) is None
    write_tree(root, {".git": "nonsense\n"})
    with pytest.raises(UsageError, match=r"git failed in .*invalid gitfile format"):
        vcs.find_repository(root)


def test_the_root_of_other_version_control_is_recognised(tmp_path: Path) -> None:
    (tmp_path / ".hg").mkdir()
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert vcs.marker_above(tmp_path / "a" / "b") == tmp_path
