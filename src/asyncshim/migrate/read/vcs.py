"""Find the repository and its files with git."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from asyncshim.errors import UsageError
from asyncshim.migrate.read import git


@dataclass(frozen=True, slots=True)
class Repository:
    """A git work tree: ``top`` is its root folder, ``index`` the file that lists its files."""

    top: Path
    index: Path


def marker_above(folder: Path) -> Path | None:
    """Return the nearest folder, here or above, that is the root of a version-control system."""
    for candidate in (folder, *folder.parents):
        if any((candidate / name).exists() for name in (".git", ".hg", ".jj", ".svn")):
            return candidate
    return None


def find_repository(folder: Path) -> Repository | None:
    """Return the git repository around ``folder``, even without HEAD or commits."""
    marked = next((candidate for candidate in (folder, *folder.parents) if (candidate / ".git").exists()), None)
    if marked is None:
        return None
    asked = git.run(folder, "rev-parse", "--show-toplevel")
    if asked.returncode != 0:
        reason = os.fsdecode(asked.stderr).strip()
        if "not a git repository" in reason or "must be run in a work tree" in reason:
            return None
        raise UsageError(f"git gives no answer for {folder}: {reason}")
    top = Path(os.path.realpath(os.fsdecode(_line(asked.stdout))))
    if top not in (folder, *folder.parents):
        # core.worktree in the repository's own configuration can name any folder.
        raise UsageError(f"the repository around {folder} says that its work tree is {top}: core.worktree is not used")
    index = git.output(folder, "rev-parse", "--git-path", "index")
    return Repository(top, Path(os.path.realpath(folder / os.fsdecode(_line(index)))))


def tracked_files(folder: Path) -> list[str]:
    """List the files of the index below ``folder``, relative to it."""
    return _names(folder, "ls-files", "-z", "--cached")


def untracked_files(folder: Path) -> list[str]:
    """List the files below ``folder`` that are neither in the index nor ignored."""
    return _names(folder, "ls-files", "-z", "--others", "--exclude-standard")


def _names(folder: Path, *arguments: str) -> list[str]:
    return [name for name in os.fsdecode(git.output(folder, *arguments)).split("\0") if name]


def _line(output: bytes) -> bytes:
    # Remove exactly one line end, because the name of a folder may end in one.
    return output.removesuffix(b"\n").removesuffix(b"\r") if os.name == "nt" else output.removesuffix(b"\n")
