"""The files of a run: Python files to rewrite, configuration files, and files that are only read for facts."""

from __future__ import annotations

import errno
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

# These folders never have tests of the project.
_FOREIGN = frozenset({".git", ".hg", ".jj", ".svn", ".tox", ".nox", "__pycache__", "node_modules", "site-packages"})
# Skipped only without version control, which would say what belongs to the project.
_GENERATED = frozenset({".asyncshim", ".eggs", ".mypy_cache", ".pytest_cache", ".ruff_cache", "build", "dist"})
_MARKS_A_PROJECT = frozenset({*pytest_config.PACKAGING, "pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"})
# Settings of import sorters: read for facts, never edited.
_STYLE = frozenset({".isort.cfg", "ruff.toml", ".ruff.toml"})


@dataclass(frozen=True, slots=True)
class Discovery:
    """Paths are POSIX and relative to the project's root.

    ``targets`` are the Python files to rewrite and ``config`` the other files to edit. ``python`` and ``settings``
    also have files outside of the given paths, which are read for facts. ``unreadable`` are folders within the given
    paths that cannot be read, with the reason. ``outside`` are the Python files of the project, without other projects
    in it, that are not within the given paths. ``others`` are the Python files that the user left out: by giving only
    some paths, or with ``--exclude``.
    """

    targets: tuple[str, ...]
    config: tuple[str, ...]
    python: tuple[str, ...]
    settings: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    outside: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def discover(project: Project, is_config: Callable[[str], bool], exclude: Sequence[str] = ()) -> Discovery:
    """List the files of a project; symbolic links are not followed, except when given as a path themselves."""
    given = tuple(_relative(project, path) for path in project.given)
    failed: dict[str, str] = {}
    names = _names(project, given, failed)
    excluded = Exclusion(exclude)
    within = _Within(given, project.explicit)
    nested = {name.rpartition("/")[0] for name in names if name.rpartition("/")[2] in _MARKS_A_PROJECT} - {""}
    foreign = _Within(tuple(folder for folder in nested if not within.related(folder)), explicit=True)
    targets: list[str] = []
    config: list[str] = []
    settings: list[str] = []
    python: list[str] = []
    others: list[str] = []
    outside: list[str] = []
    look = _Look(str(project.root))
    for name in names:
        if name.rpartition("/")[2] in _STYLE and look.is_regular(name) and not foreign(name):
            settings.append(name)
            continue
        configures, is_python = is_config(name), name.endswith(".py")
        if not (configures or is_python or name in given) or not look.is_regular(name):
            continue
        if configures:
            if within(name) or not foreign(name):
                settings.append(name)
                if not excluded(name):
                    config.append(name)
            continue
        python.append(name)
        if (project.explicit and not within(name)) or (excluded(name) and within(name)):
            others.append(name)
        if excluded(name):
            continue
        if within(name):
            targets.append(name)
        elif not foreign(name):
            outside.append(name)
    unreadable = tuple(
        (folder, reason) for folder, reason in sorted((look.unreadable | failed).items()) if within(folder)
    )
    return Discovery(
        tuple(targets), tuple(config), tuple(python), tuple(settings), unreadable, tuple(outside), tuple(others)
    )


def _names(project: Project, given: tuple[str, ...], failed: dict[str, str]) -> list[str]:
    """Return every file of the project and every file that the user named, in order; record unreadable folders."""
    listed = set(_project_files(project, failed))
    listed.update([*_given_files(project, given, listed, failed)])
    return sorted(listed)


class _Within:
    """Whether a path lies in one of some folders (or is one of some files)."""

    def __init__(self, given: tuple[str, ...], explicit: bool) -> None:
        self._everything = "." in given
        self._given = frozenset(given)
        # The conftest.py files above the default paths apply to these tests, so they are rewritten, too. Paths from
        # the user mean only those paths.
        self._above = frozenset(file for path in given if not explicit for file in _conftests_above(path))
        self._folders: dict[str, bool] = {}

    def __call__(self, path: str) -> bool:
        if self._everything or path in self._given or path in self._above:
            return True
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            self._folders[folder] = any(above in self._given for above in _folders_above(path))
        return self._folders[folder]

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


class _Look:
    """Checks the files of a project, and reads each folder only once."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._real: dict[str, bool] = {"": True}
        self.unreadable: dict[str, str] = {}

    def is_regular(self, name: str) -> bool:
        """Return whether a file is regular, and no parent folder is a symbolic link."""
        folder = name.rpartition("/")[0]
        # Not a Path, because paths intern the parts of all names.
        try:
            return stat.S_ISREG(os.lstat(f"{self._root}/{name}").st_mode) and self._is_real(folder)
        except PermissionError as error:
            self.unreadable[folder or "."] = str(error.strerror)
        except OSError:
            pass  # in the index and no longer on disk, or gone since it was listed
        return False

    def _is_real(self, folder: str) -> bool:
        if folder not in self._real:
            # The index may list a file below a folder that was replaced by a symbolic link.
            is_link = stat.S_ISLNK(os.lstat(f"{self._root}/{folder}").st_mode)
            self._real[folder] = not is_link and self._is_real(folder.rpartition("/")[0])
        return self._real[folder]


def _project_files(project: Project, failed: dict[str, str]) -> Iterator[str]:
    if project.repository is None:
        yield from _walk(project.root, project.root, failed)
        return
    listed, closed = vcs.listed_files(project.repository, project.root)
    failed |= closed
    for name in listed:
        if _FOREIGN.isdisjoint(name.split("/")):
            yield name


def _given_files(project: Project, given: Sequence[str], listed: set[str], failed: dict[str, str]) -> Iterator[str]:
    """Yield the files that the user named but version control does not list."""
    for path, name in zip(project.given, given, strict=True):
        if path.is_file():
            yield name
        elif not path.is_dir():
            raise UsageError(f"{safe_text.name(str(path))}: neither a file nor a folder")
        elif not os.access(path, os.R_OK | os.X_OK):
            failed[name] = os.strerror(errno.EACCES)
        elif project.explicit and name != "." and not any(other.startswith(name + "/") for other in listed):
            yield from _walk(path, project.root, failed)


def _walk(folder: Path, root: Path, failed: dict[str, str]) -> Iterator[str]:
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            entries = _entries(current)
        except OSError as error:
            # Outside of the given paths, such a folder may be a database or a mount of another user.
            failed[current.relative_to(root).as_posix()] = str(error.strerror)
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if _is_own(entry):
                    pending.append(Path(entry.path))
            else:
                yield Path(entry.path).relative_to(root).as_posix()


def _entries(folder: Path) -> Iterable[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _is_own(entry: os.DirEntry[str]) -> bool:
    if entry.name in _FOREIGN or entry.name in _GENERATED or entry.name.endswith(".egg-info"):
        return False
    # Not Path.exists(), which fails in an unreadable folder.
    return not os.access(f"{entry.path}/pyvenv.cfg", os.F_OK)
