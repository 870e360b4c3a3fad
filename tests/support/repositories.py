"""Create folders and git repositories, and run the command line as a process."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from house.processes import STATE_HOME, environment

_WHO = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.invalid",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.invalid",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}

# A test module with the marker, before and after `migrate`.
OLD = b"import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"
NEW = b"async def test_it():\n    pass\n"


@dataclass(frozen=True, slots=True)
class Done:
    """Exit code and output of a finished process."""

    code: int
    raw: bytes
    stderr: str

    @property
    def stdout(self) -> str:
        return self.raw.decode("utf-8", "surrogateescape")


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    root.mkdir(parents=True, exist_ok=True)
    return root


def read_tree(root: Path) -> dict[str, bytes]:
    """Return every file below *root* except those of git."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def undo_data(root: Path) -> Path:
    """The folder in which a process started by these tests keeps what `undo` needs for the project at ``root``."""
    return Path(STATE_HOME, "asyncshim", hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:32])


def git(folder: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment(**_WHO), input=stdin, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def repository(root: Path, files: Mapping[str, str | bytes], *, commit: bool = True) -> Path:
    """Create a git repository with these files; without ``commit`` they are only in the index."""
    write_tree(root, files)
    git(root, "init", "-q")
    git(root, "add", "-A")
    if commit:
        git(root, "commit", "-q", "--allow-empty", "-m", "first")
    return root


def asyncshim(folder: Path, *arguments: str, stdin: bytes = b"", **env: str) -> Done:
    """Run ``python -m asyncshim`` in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "asyncshim", *arguments],
        cwd=folder,
        env=environment(**_WHO, **env),
        input=stdin,
        capture_output=True,
        timeout=240,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr.decode("utf-8", "surrogateescape"))
