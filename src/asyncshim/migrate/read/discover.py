"""Which files a run looks at: those to rewrite, those that configure them, and those that only tell facts."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from asyncshim.errors import UsageError
from asyncshim.migrate import safe_text
from asyncshim.migrate.read import pytest_config, vcs
from asyncshim.migrate.read.globs import Exclusion
from asyncshim.migrate.read.project import Project

# Never a project's own tests, committed or not.
_FOREIGN = frozenset({".git", ".hg", ".jj", ".svn", ".tox", ".nox", "__pycache__", "node_modules", "site-packages"})
# Skipped only where no version control says what belongs to the project.
_GENERATED = frozenset({".asyncshim", ".eggs", ".mypy_cache", ".pytest_cache", ".ruff_cache", "build", "dist"})
_MARKS_A_PROJECT = frozenset({*pytest_config.PACKAGING, "pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"})


@dataclass(frozen=True, slots=True)
class Discovery:
    """Paths are POSIX and relative to the project's root.

    ``targets`` are the Python files to rewrite and ``config`` the other files to edit. ``python`` and ``settings`` hold
    what is only read as well: files outside the given paths still say what may be removed inside them.
    """

    targets: tuple[str, ...]
    config: tuple[str, ...]
    python: tuple[str, ...]
    settings: tuple[str, ...]


def discover(project: Project, is_config: Callable[[str], bool], exclude: Sequence[str] = ()) -> Discovery:
    """List the files of a project; symbolic links are not followed, except when given as a path themselves."""
    given = tuple(_relative(project, path) for path in project.given)
    names = _names(project, given)
    excluded = Exclusion(exclude)
    within = _Within(given, project.explicit)
    nested = {name.rpartition("/")[0] for name in names if name.rpartition("/")[2] in _MARKS_A_PROJECT} - {""}
    foreign = _Within(tuple(folder for folder in nested if not within.related(folder)), explicit=True)
    targets: list[str] = []
    config: list[str] = []
    settings: list[str] = []
    python: list[str] = []
    root = str(project.root)
    for name in names:
        configures, is_python = is_config(name), name.endswith(".py")
        if not (configures or is_python or name in given) or not _is_regular(f"{root}/{name}"):
            continue
        if configures:
            if within(name) or not foreign(name):
                settings.append(name)
                if not excluded(name):
                    config.append(name)
            continue
        python.append(name)
        if within(name) and not excluded(name):
            targets.append(name)
    return Discovery(tuple(targets), tuple(config), tuple(python), tuple(settings))


def _names(project: Project, given: tuple[str, ...]) -> list[str]:
    """Every file of the project, and every one that a user asked for, in order."""
    listed = set(_project_files(project))
    listed.update([*_given_files(project, given, listed)])
    return sorted(listed)


class _Within:
    """Whether a path lies in one of some folders (or is one of some files)."""

    def __init__(self, given: tuple[str, ...], explicit: bool) -> None:
        self._everything = "." in given
        self._given = frozenset(given)
        # The conftest.py files above the default paths govern those tests as much as their own do. Paths that
        # a user typed mean those paths and nothing else.
        self._above = frozenset(file for path in given if not explicit for file in _conftests_above(path))

    def __call__(self, path: str) -> bool:
        if self._everything or path in self._given or path in self._above:
            return True
        return any(folder in self._given for folder in _folders_above(path))

    def related(self, folder: str) -> bool:
        return self(folder) or any(folder in _folders_above(given) for given in self._given)


def _folders_above(path: str) -> Iterator[str]:
    end = path.rfind("/")
    while end > 0:
        yield path[:end]
        end = path.rfind("/", 0, end)


def _conftests_above(path: str) -> Iterator[str]:
    yield "conftest.py"
    for folder in _folders_above(path):
        yield f"{folder}/conftest.py"


def _relative(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix()


def _is_regular(path: str) -> bool:
    # Not a Path: those keep the parts of every name that they ever saw.
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        # In the index and no longer on disk, or gone since it was listed.
        return False


def _project_files(project: Project) -> Iterator[str]:
    if project.repository is None:
        yield from _walk(project.root, project.root)
        return
    for name in (*vcs.tracked_files(project.root), *vcs.untracked_files(project.root)):
        if _FOREIGN.isdisjoint(name.split("/")):
            yield name


def _given_files(project: Project, given: Sequence[str], listed: set[str]) -> Iterator[str]:
    """Yield what the project's own listing leaves out although a user asked for it by name."""
    for path, name in zip(project.given, given, strict=True):
        if path.is_file():
            yield name
        elif not path.is_dir():
            raise UsageError(f"{safe_text.name(str(path))}: neither a file nor a folder")
        elif project.explicit and name != "." and not any(other.startswith(name + "/") for other in listed):
            yield from _walk(path, project.root)


def _walk(folder: Path, root: Path) -> Iterator[str]:
    pending = [folder]
    while pending:
        current = pending.pop()
        for entry in _entries(current):
            if entry.is_dir(follow_symlinks=False):
                if _is_own(entry):
                    pending.append(Path(entry.path))
            else:
                yield Path(entry.path).relative_to(root).as_posix()


def _entries(folder: Path) -> Iterable[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        # A database's folder, a mount of somebody else's: pytest could not collect from it either.
        return ()


def _is_own(entry: os.DirEntry[str]) -> bool:
    if entry.name in _FOREIGN or entry.name in _GENERATED or entry.name.endswith(".egg-info"):
        return False
    # Not a Path's exists(), which fails in a folder that may not be looked into.
    return not os.access(f"{entry.path}/pyvenv.cfg", os.F_OK)
