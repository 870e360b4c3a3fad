"""Find the repository and its files with git."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from asyncshim.errors import UsageError
from asyncshim.migrate.read import git

_LISTED = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
# The name ends with a slash, and may hold anything.
_CLOSED = re.compile(r"^warning: could not open directory '((?:(?!\nwarning: )[\s\S])*)/': ([^\n']*)$", re.MULTILINE)


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
    asked = git.run(folder, "rev-parse", "--show-toplevel", "--git-path", "index")
    if asked.returncode != 0:
        reason = os.fsdecode(asked.stderr).strip()
        if "not a git repository" in reason or "must be run in a work tree" in reason:
            return None
        raise UsageError(f"git failed in {folder}: {reason}")
    first, index = _lines(folder, asked.stdout)
    top = Path(os.path.realpath(os.fsdecode(first)))
    if top not in (folder, *folder.parents):
        # core.worktree in the repository's own configuration can name any folder.
        raise UsageError(f"the repository around {folder} says that its work tree is {top}: core.worktree is not used")
    return Repository(top, Path(os.path.realpath(folder / os.fsdecode(index))))


def listed_files(repository: Repository, folder: Path) -> tuple[list[str], dict[str, str]]:
    """List the files below ``folder`` that are in the index, or not ignored, relative to ``folder``.

    Also return the folders that may not be looked into, with the reason.
    """
    done = git.checked(folder, *_LISTED)
    said = os.fsdecode(done.stderr)
    found: dict[str, str] = {}
    for match in _CLOSED.finditer(said):
        # git names them as seen from the top of the work tree.
        place = repository.top / match[1]
        if place.is_relative_to(folder):
            found[place.relative_to(folder).as_posix()] = match[2]
    return _names(done.stdout), found


def _names(output: bytes) -> list[str]:
    return [name for name in os.fsdecode(output).split("\0") if name]


def _lines(folder: Path, output: bytes) -> tuple[bytes, bytes]:
    """Return the two answers of one command; if a name holds a line end, ask again for each."""
    if output.count(b"\n") == 2:
        first, second, _ = output.split(b"\n")
        return (first, second) if os.name != "nt" else (first.removesuffix(b"\r"), second.removesuffix(b"\r"))
    first = git.output(folder, "rev-parse", "--show-toplevel")
    second = git.output(folder, "rev-parse", "--git-path", "index")
    return _line(first), _line(second)


def _line(output: bytes) -> bytes:
    # Remove exactly one line end, because the name of a folder may end in one.
    return output.removesuffix(b"\n").removesuffix(b"\r") if os.name == "nt" else output.removesuffix(b"\n")
