"""Questions to git: which repository, which files, which of them hold edits that no commit has."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asyncshim.errors import UsageError

# Set by git for the hooks it runs; they would answer for the hook's repository and index
# instead of for the one around the files.
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


@dataclass(frozen=True, slots=True)
class Repository:
    """A git work tree: ``top`` is its root folder, ``state`` a place inside its git folder for our journal."""

    top: Path
    state: Path


class GitNotFoundError(Exception):
    """There is a repository, but no git program to ask."""


def marker_above(folder: Path) -> Path | None:
    """Return the nearest folder from here upward that looks like the root of any version control."""
    for candidate in (folder, *folder.parents):
        if any((candidate / name).exists() for name in (".git", ".hg", ".jj", ".svn")):
            return candidate
    return None


def find_repository(folder: Path) -> Repository | None:
    """Return the git repository around ``folder``; without HEAD or commits it is one as well."""
    if not any((candidate / ".git").exists() for candidate in (folder, *folder.parents)):
        return None
    top = _git(folder, "rev-parse", "--show-toplevel")
    if top.returncode != 0:
        reason = os.fsdecode(top.stderr).strip()
        if "not a git repository" in reason or "must be run in a work tree" in reason:
            return None
        raise UsageError(f"git gives no answer for {folder}: {reason}")
    state = _git(folder, "rev-parse", "--git-path", "asyncshim")
    return Repository(
        top=Path(os.path.realpath(os.fsdecode(_line(top.stdout)))),
        state=Path(os.path.realpath(folder / os.fsdecode(_line(state.stdout)))),
    )


def tracked_files(folder: Path) -> list[str]:
    """List what the index holds below ``folder``, relative to it."""
    return _names(folder, "ls-files", "-z", "--cached")


def untracked_files(folder: Path) -> list[str]:
    """List the files below ``folder`` that are neither in the index nor ignored."""
    return _names(folder, "ls-files", "-z", "--others", "--exclude-standard")


def uncommitted(repository: Repository, folder: Path, paths: Iterable[str]) -> list[str]:
    """Return those of ``paths`` (relative to ``folder``) that no commit holds as they are now."""
    output = _checked(
        folder,
        "--no-optional-locks",
        "status",
        "--porcelain=v1",
        "-z",
        "--no-renames",
        "--untracked-files=no",
        "--ignore-submodules=all",
    )
    prefix = "" if folder == repository.top else folder.relative_to(repository.top).as_posix() + "/"
    dirty = {os.fsdecode(record[3:]) for record in output.split(b"\0") if record}
    tracked = set(tracked_files(folder))
    return sorted(path for path in paths if path not in tracked or prefix + path in dirty)


def _names(folder: Path, *arguments: str) -> list[str]:
    return [name for name in os.fsdecode(_checked(folder, *arguments)).split("\0") if name]


def _checked(folder: Path, *arguments: str) -> bytes:
    done = _git(folder, *arguments)
    if done.returncode != 0:
        reason = os.fsdecode(done.stderr).strip()
        raise UsageError(f"git {' '.join(arguments)} failed in {folder}: {reason}")
    return done.stdout


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    environment["LC_ALL"] = "C"
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise GitNotFoundError from error


def _line(output: bytes) -> bytes:
    # Exactly one line end goes: a folder's own name may end in one.
    return output.removesuffix(b"\n").removesuffix(b"\r") if os.name == "nt" else output.removesuffix(b"\n")
