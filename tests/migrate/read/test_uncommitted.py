from __future__ import annotations

import os
from pathlib import Path

import pytest

from asyncshim.migrate.read import vcs
from asyncshim.migrate.read.uncommitted import uncommitted
from repositories import git, repository, write_tree


def dirty(root: Path, *paths: str) -> list[str]:
    found = vcs.find_repository(root)
    assert found is not None
    return uncommitted(found, root, paths)


def test_in_a_repository_without_a_commit_all_files_are_uncommitted(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"test_a.py": "x = 1\n"}, commit=False)
    assert dirty(root, "test_a.py") == ["test_a.py"]


def test_uncommitted_work_is_found_staged_unstaged_and_untracked(tmp_path: Path) -> None:
    names = ["clean.py", "staged.py", "with space.py", "deep/unstaged.py"]
    root = repository(tmp_path / "r", {**dict.fromkeys(names, "x = 1\n"), ".gitignore": "ignored.py\n"})
    write_tree(root, dict.fromkeys(names[1:], "x = 2\n") | {"new.py": "", "ignored.py": ""})
    git(root, "add", "staged.py")
    found = vcs.find_repository(root)
    assert found is not None
    everything = [*names, "new.py", "ignored.py"]
    assert uncommitted(found, root, everything) == sorted(set(everything) - {"clean.py"})
    assert uncommitted(found, root / "deep", ["unstaged.py"]) == ["unstaged.py"]


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_edits_that_flags_hide_from_git_status_are_found(tmp_path: Path, flag: str) -> None:
    root = repository(tmp_path / "r", {"a.py": "1\n", "b.py": "1\n"})
    git(root, "update-index", flag, "a.py", "b.py")
    write_tree(root, {"a.py": "2\n"})
    assert git(root, "status", "--porcelain") == b""
    assert dirty(root, "a.py", "b.py") == ["a.py"]


def test_a_touched_file_with_the_same_content_is_committed(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": "1\n"})
    os.utime(root / "a.py", (1, 1))
    assert dirty(root, "a.py") == []


def test_a_file_that_is_staged_and_then_reverted_is_uncommitted(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": "1\n"})
    write_tree(root, {"a.py": "2\n"})
    git(root, "add", "a.py")
    write_tree(root, {"a.py": "1\n"})
    assert dirty(root, "a.py") == ["a.py"]


def test_a_file_added_with_intent_to_add_is_uncommitted(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": "1\n"})
    write_tree(root, {"new.py": ""})
    git(root, "add", "--intent-to-add", "new.py")
    assert dirty(root, "new.py") == ["new.py"]


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_an_executable_bit_counts_unless_git_is_told_that_it_does_not(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": "1\n"})
    (root / "a.py").chmod(0o755)
    assert dirty(root, "a.py") == ["a.py"]
    git(root, "config", "core.fileMode", "false")
    assert dirty(root, "a.py") == []


@pytest.mark.parametrize(
    ("attributes", "autocrlf", "expected"),
    [
        ("", "false", ["a.py"]),
        ("", "true", []),
        ("", "input", []),
        ("*.py text\n", "false", []),
        ("*.py text=auto\n", "false", []),
        ("*.py eol=crlf\n", "false", []),
        ("*.py -text\n", "true", ["a.py"]),
    ],
)
def test_line_ends_count_unless_git_converts_them(
    tmp_path: Path, attributes: str, autocrlf: str, expected: list[str]
) -> None:
    root = repository(tmp_path / "r", {"a.py": "1\n2\n", ".gitattributes": attributes})
    git(root, "config", "core.autocrlf", autocrlf)
    write_tree(root, {"a.py": "1\r\n2\r\n"})
    assert dirty(root, "a.py") == expected
    write_tree(root, {"a.py": "1\r\n3\r\n"})
    assert dirty(root, "a.py") == ["a.py"]


@pytest.mark.parametrize("attributes", ["*.py ident\n", "*.py working-tree-encoding=UTF-16\n", "*.py filter=shift\n"])
def test_a_file_that_git_converts_is_committed_until_it_is_touched(tmp_path: Path, attributes: str) -> None:
    text = "# $Id$\nabc\n"
    data = text.encode("utf-16") if "UTF-16" in attributes else text.encode()
    root = repository(tmp_path / "r", {".gitattributes": attributes})
    git(root, "config", "filter.shift.clean", "tr b-z a-y")
    git(root, "config", "filter.shift.smudge", "tr a-y b-z")
    write_tree(root, {"a.py": data})
    git(root, "add", "a.py")
    git(root, "commit", "-q", "-m", "second")
    (root / "a.py").unlink()
    git(root, "checkout", "a.py")
    index = root / ".git/index"
    os.utime(index, (index.stat().st_atime, index.stat().st_mtime + 5))
    assert dirty(root, "a.py") == []
    write_tree(root, {"a.py": data + b"#"})
    assert dirty(root, "a.py") == ["a.py"]


def test_a_repository_with_sha256_object_names_is_read(tmp_path: Path) -> None:
    root = tmp_path / "r"
    root.mkdir()
    git(root, "init", "-q", "--object-format=sha256")
    write_tree(root, {"a.py": "1\n", "b.py": "1\n"})
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    write_tree(root, {"b.py": "2\n"})
    assert dirty(root, "a.py", "b.py") == ["b.py"]
