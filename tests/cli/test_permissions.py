"""Files and folders without permission are named, and the others are still processed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from house.processes import environment
from repositories import git, repository, write_tree

OLD = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"
NEW = "async def test_it():\n    pass\n"
FILES = dict.fromkeys(["tests/test_a.py", "tests/locked/test_b.py", "tests/fixed/test_c.py", "tests/test_d.py"], OLD)
# Drops the capabilities that let root ignore permissions.
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")


def asyncshim(folder: Path, *arguments: str, **env: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "asyncshim", *arguments]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("needs setpriv, to take root's rights away")
        command = [*UNPRIVILEGED, *command]
    done = subprocess.run(
        command, cwd=folder, env=environment(**env), capture_output=True, timeout=240, check=False, text=True
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(params=["git", "no git"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Create a folder that cannot be entered, a folder that cannot be written to, and a file that cannot be read."""
    make: Callable[[Path, dict[str, str]], Path] = repository if request.param == "git" else write_tree
    root = make(tmp_path / "p", FILES)
    (root / "tests/locked").chmod(0)
    (root / "tests/fixed").chmod(0o555)
    (root / "tests/test_d.py").chmod(0)
    yield root
    for name in ("locked", "fixed"):
        (root / "tests" / name).chmod(0o755)


def test_files_without_permission_are_named_and_the_others_are_rewritten(project: Path) -> None:
    code, _, said = asyncshim(project, "migrate")
    assert code == 2
    assert said.splitlines()[-3:] == [
        "error: tests/fixed/test_c.py: cannot be replaced: Permission denied",
        "error: tests/locked: cannot be read: Permission denied",
        "error: tests/test_d.py: cannot be read: Permission denied",
    ]
    assert "1 file changed, 2 uses remain (2 manual review)" in said
    assert (project / "tests/test_a.py").read_text() == NEW
    (project / "tests/locked").chmod(0o755)
    (project / "tests/test_d.py").chmod(0o644)
    assert [(project / name).read_text() for name in list(FILES)[1:]] == [OLD, OLD, OLD]
    assert sorted(path.name for path in (project / "tests").iterdir()) == ["fixed", "locked", "test_a.py", "test_d.py"]


@pytest.mark.parametrize("command", ["check", "status", "todo"])
def test_commands_that_only_read_skip_files_without_permission(project: Path, command: str) -> None:
    code, out, said = asyncshim(project, command)
    assert code == (0 if command == "todo" else 2)
    assert ("error: tests/test_d.py: cannot be read: Permission denied\n" in said) is (command != "todo")
    assert "Traceback" not in out + said


@pytest.mark.parametrize("command", ["migrate", "check", "status", "verify", "todo", "undo"])
def test_a_given_folder_without_permission_is_an_error(project: Path, command: str) -> None:
    code, out, said = asyncshim(project, command, "tests/locked")
    assert (code, out) == (2, "")
    assert said == "error: tests/locked: this folder may not be looked into: Permission denied\n"


def test_verify_names_files_that_cannot_be_copied(project: Path) -> None:
    code, _, said = asyncshim(project, "verify", "--migrate", "--collect", "--select", "ASH101")
    assert code == 2
    last = said.splitlines()[-1]
    assert last.startswith(
        f"error: {project}/tests/test_d.py: could not be copied for the run: [Errno 13] Permission denied"
    )
    assert "more)" not in last
    (project / "tests/test_d.py").chmod(0o644)
    code, _, said = asyncshim(project, "verify", "--migrate", "--collect", "--select", "ASH101")
    assert code == 0, said
    assert said.endswith("3 tests, the same node ids.\n")
    place = Path(said.splitlines()[0].rpartition(" ")[2])
    assert place.name == project.name
    assert not place.parent.exists()


def test_nothing_is_written_if_the_journal_cannot_be_written(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD})
    state = tmp_path / "state"
    state.mkdir(0o555)
    code, _, said = asyncshim(root, "migrate", XDG_STATE_HOME=str(state))
    assert code == 2
    assert said.splitlines()[-1].startswith(f"error: {state}/asyncshim/")
    assert said.splitlines()[-1].endswith(
        "the data for `undo` cannot be kept there (Permission denied), so nothing was written: "
        "set XDG_STATE_HOME to a folder that you own and may write to"
    )
    assert git(root, "status", "--porcelain") == b""


CONFIG = {"pytest.ini": "[pytest]\nasyncio_mode = auto\n", "requirements.txt": "pytest-asyncio\n"}


@pytest.mark.parametrize("make", [repository, write_tree], ids=["git", "no git"])
@pytest.mark.parametrize("kind", ["folder", "file"])
def test_unreadable_tests_are_named_and_configuration_is_not_changed(
    tmp_path: Path, make: Callable[[Path, dict[str, str]], Path], kind: str
) -> None:
    root = make(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_b.py": OLD, **CONFIG})
    name = "tests" if kind == "folder" else "tests/test_a.py"
    (root / name).chmod(0)
    try:
        code, _, said = asyncshim(root, "migrate")
        assert asyncshim(root, "check")[0] == asyncshim(root, "status")[0] == 2
    finally:
        (root / name).chmod(0o755)
    assert code == 2, said
    assert said.splitlines()[-1] == f"error: {name}: cannot be read: Permission denied"
    assert {path: (root / path).read_text() for path in CONFIG} == CONFIG


def test_configuration_is_not_changed_if_a_python_file_cannot_be_replaced(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD, "tests/fixed/test_c.py": OLD, **CONFIG})
    (root / "tests/fixed").chmod(0o555)
    try:
        code, _, said = asyncshim(root, "migrate")
    finally:
        (root / "tests/fixed").chmod(0o755)
    assert code == 2
    assert "error: tests/fixed/test_c.py: cannot be replaced: Permission denied\n" in said
    assert "error: requirements.txt: not written, because a Python file of the same run was not written\n" in said
    assert (root / "tests/test_a.py").read_text() == NEW
    assert {path: (root / path).read_text() for path in CONFIG} == CONFIG
    assert asyncshim(root, "undo")[0] == 0
    assert git(root, "status", "--porcelain") == b""


@pytest.mark.parametrize("start", [".", "sub"])
def test_an_untracked_folder_that_cannot_be_read_is_named_and_configuration_is_left_alone(
    tmp_path: Path, start: str
) -> None:
    files = {"tests/test_a.py": OLD, **CONFIG}
    top = repository(tmp_path / "p", {f"{start}/{path}": content for path, content in files.items()})
    root = top / start
    closed = [root / "tests/closed", root / "tests/it's 'closed': no"]
    for folder in closed:
        write_tree(folder, {"test_b.py": OLD})
        folder.chmod(0)
    try:
        code, _, said = asyncshim(root, "migrate")
        assert asyncshim(root, "check")[0] == asyncshim(root, "status")[0] == 2
    finally:
        for folder in closed:
            folder.chmod(0o755)
    assert code == 2, said
    assert said.splitlines()[-2:] == [
        "error: tests/closed: cannot be read: Permission denied",
        "error: tests/it's 'closed': no: cannot be read: Permission denied",
    ]
    assert (root / "tests/test_a.py").read_text() == NEW
    assert {path: (root / path).read_text() for path in CONFIG} == CONFIG


def test_an_ignored_folder_that_cannot_be_read_does_not_matter(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD, ".gitignore": "data/\n"})
    data = write_tree(root / "tests/data", {"x": ""})
    data.chmod(0)
    try:
        assert asyncshim(root, "migrate")[0] == 0
    finally:
        data.chmod(0o755)
