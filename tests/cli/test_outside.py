"""Whatever a repository names or links to outside of itself stays as it is, and nothing waits for a FIFO."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncshim.migrate.read import files
from repositories import asyncshim, git, read_tree, repository, write_tree

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links and FIFOs of POSIX")

OLD = b"import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"
Make = Callable[[Path, dict[str, str | bytes]], Path]
each_kind = pytest.mark.parametrize("make", [repository, write_tree], ids=["git", "no git"])


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "victim", {"test_a.py": OLD, "tests/test_a.py": OLD})


@each_kind
@pytest.mark.parametrize("arguments", [(), (".",)], ids=["default paths", "explicit"])
def test_a_tests_folder_that_is_a_link_to_elsewhere_is_not_followed(
    tmp_path: Path, victim: Path, make: Make, arguments: tuple[str, ...]
) -> None:
    root = make(tmp_path / "p", {"test_own.py": OLD, "pytest.ini": b""})
    (root / "tests").symlink_to(victim)
    before = read_tree(victim)
    done = asyncshim(root, "migrate", "--allow-dirty", *arguments)
    assert (done.code, "Traceback" in done.stderr) == (0, False), done.stderr
    assert read_tree(victim) == before
    assert (root / "test_own.py").read_bytes() != OLD


def test_a_file_of_the_index_below_a_link_to_elsewhere_is_not_followed(tmp_path: Path, victim: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD, "test_own.py": OLD})
    (root / "tests/test_a.py").unlink()
    (root / "tests").rmdir()
    (root / "tests").symlink_to(victim)
    before = read_tree(victim)
    assert b"tests/test_a.py" in git(root, "ls-files")
    for command in (("check", "."), ("migrate", "--allow-dirty", "."), ("migrate", "--allow-dirty")):
        assert "victim" not in asyncshim(root, *command).stdout
    assert read_tree(victim) == before


@each_kind
@pytest.mark.parametrize("path", ["../victim", "/absolute", "link"])
def test_a_setting_cannot_name_paths_outside(tmp_path: Path, victim: Path, make: Make, path: str) -> None:
    path = str(victim) if path == "/absolute" else path
    root = make(tmp_path / "p", {"test_own.py": OLD, "pyproject.toml": f"[tool.asyncshim]\npaths = ['{path}']\n"})
    (root / "link").symlink_to(victim)
    before = read_tree(victim)
    done = asyncshim(root, "migrate", "--allow-dirty")
    assert done.code == 2
    assert done.stderr.endswith(f"pyproject.toml: 'paths' names {path!r}, which is outside of the project\n")
    assert read_tree(victim) == before


@each_kind
def test_a_setting_cannot_name_a_baseline_outside(tmp_path: Path, victim: Path, make: Make) -> None:
    settings = "[tool.asyncshim]\nbaseline = '../victim/test_a.py'\n"
    root = make(tmp_path / "p", {"test_own.py": OLD, "pyproject.toml": settings})
    for command in (("check",), ("check", "--update-baseline")):
        done = asyncshim(root, *command)
        assert (done.code, "which is outside of the project" in done.stderr) == (2, True)
    assert (victim / "test_a.py").read_bytes() == OLD


@each_kind
def test_test_paths_of_pytest_outside_are_not_followed(tmp_path: Path, victim: Path, make: Make) -> None:
    root = make(tmp_path / "p", {"test_own.py": OLD, "pytest.ini": "[pytest]\ntestpaths = ../victim\n"})
    before = read_tree(victim)
    assert asyncshim(root, "migrate").code == 0
    assert read_tree(victim) == before


def test_a_fifo_that_takes_the_place_of_a_file_is_an_error_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    failed: list[str | None] = []

    def read() -> None:
        try:
            files.read(tmp_path / "a.py")
        except OSError as error:
            failed.append(error.strerror)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(20)
    assert failed == ["not a regular file"]


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_an_error(device: str) -> None:
    with pytest.raises(OSError, match="not a regular file"):
        files.read(device)


@each_kind
def test_undo_and_the_next_migrate_name_a_fifo_in_the_place_of_a_file(tmp_path: Path, make: Make) -> None:
    root = make(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_b.py": OLD, "pytest.ini": b""})
    assert asyncshim(root, "migrate").code == 0
    (root / "tests/test_a.py").unlink()
    os.mkfifo(root / "tests/test_a.py")
    done = asyncshim(root, "undo")
    assert done.code == 2
    assert "error: tests/test_a.py: cannot be read: not a regular file\n" in done.stderr
    assert (root / "tests/test_b.py").read_bytes() == OLD
    assert asyncshim(root, "migrate", "--allow-dirty").code == 0
    assert (root / "tests/test_b.py").read_bytes() != OLD


def test_a_hard_link_elsewhere_is_named_and_keeps_the_old_bytes(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD})
    (tmp_path / "other").hardlink_to(root / "tests/test_a.py")
    done = asyncshim(root, "migrate")
    assert "Note: tests/test_a.py has other hard links: they keep the old bytes.\n" in done.stderr
    assert (tmp_path / "other").read_bytes() == OLD


@each_kind
@pytest.mark.parametrize("name", ["pyproject.toml", "pytest.ini", "tox.ini", "setup.cfg", "pytest.toml"])
def test_settings_behind_a_link_out_of_the_project_are_refused_by_name(tmp_path: Path, make: Make, name: str) -> None:
    elsewhere = write_tree(tmp_path / "elsewhere", {name: "[tool.asyncshim]\nexclude = ['tests']\n"})
    root = make(tmp_path / "p", {"tests/test_a.py": OLD})
    (root / name).symlink_to(elsewhere / name)
    for command in ("check", "migrate", "status"):
        done = asyncshim(root, command)
        assert (done.code, done.stdout) == (2, "")
        assert (
            done.stderr
            == f"error: {root / name}: is a link out of the project, so its settings are not used: remove the link\n"
        )


def test_settings_behind_a_link_within_the_repository_are_used(tmp_path: Path) -> None:
    root = repository(
        tmp_path / "p", {"settings/pytest.ini": "[pytest]\ntestpaths = checks\n", "checks/test_a.py": OLD}
    )
    (root / "pytest.ini").symlink_to("settings/pytest.ini")
    assert "checks/test_a.py" in asyncshim(root, "check").stdout
