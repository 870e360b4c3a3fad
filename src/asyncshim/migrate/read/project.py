"""The project around the given paths: its root, its repository, and the paths to work on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asyncshim.errors import UsageError
from asyncshim.migrate import safe_text
from asyncshim.migrate.read import git, pytest_config, vcs


@dataclass(frozen=True, slots=True)
class Project:
    """All paths are relative to ``root``; ``given`` are the real paths to work on."""

    root: Path
    given: tuple[Path, ...]
    explicit: bool
    repository: vcs.Repository | None
    note: str | None = None

    @property
    def diff_base(self) -> Path:
        """The folder that a diff's names are relative to: git takes them from the top of the work tree."""
        return self.repository.top if self.repository else self.root

    def shown(self, path: str) -> str:
        """Return ``path`` relative to the current folder."""
        return safe_text.name(os.path.relpath(self.root / path))

    def in_diff(self, path: str) -> str:
        """Return ``path`` relative to :attr:`diff_base`, in POSIX form."""
        return (self.root / path).relative_to(self.diff_base).as_posix()

    def concerns(self, path: str) -> bool:
        """Return whether ``path`` is in a folder above or below the given paths, or in one of them."""
        folder = (self.root / path).parent
        return any(folder.is_relative_to(given) or given.is_relative_to(folder) for given in self.given)

    def own(self, file: Path, key: str, path: str) -> Path:
        """Return the real path of a setting in ``file``; it must not be outside of the project."""
        real = Path(os.path.realpath(file.parent / path))
        if not real.is_relative_to(self.diff_base):
            raise UsageError(f"{file}: {key!r} names {path!r}, which is outside of the project")
        return real


def find_project(paths: Sequence[str]) -> Project:
    """Find the project of the given paths; without any, use the tests of the current folder."""
    given = tuple(_existing(path) for path in paths) or (Path.cwd(),)
    given = tuple(Path(os.path.realpath(path)) for path in given)
    folders = [path if path.is_dir() else path.parent for path in given]
    repository, note = _repository(folders)
    base = Path(os.path.commonpath(folders))
    root = _root(base, repository)
    if not paths:
        given = _default_paths(base)
    return Project(root=root, given=given, explicit=bool(paths), repository=repository, note=note)


def _existing(path: str) -> Path:
    if not os.path.lexists(path):
        if path == "-":
            raise UsageError("-: standard input is for `migrate` alone, as its only path; `migrate --check -` reports")
        raise UsageError(f"{safe_text.name(path)}: no such file or folder")
    if os.path.isdir(path) and not os.access(path, os.R_OK | os.X_OK):  # noqa: PTH112 - unlike a Path's, never fails
        raise UsageError(f"{safe_text.name(path)}: this folder may not be looked into: Permission denied")
    return Path(path)


def _repository(folders: Sequence[Path]) -> tuple[vcs.Repository | None, str | None]:
    try:
        found = {vcs.find_repository(folder) for folder in folders}
    except git.GitNotFoundError:
        return None, "the git program was not found"
    if len(found) > 1:
        tops = ", ".join(str(repository.top) if repository else "no repository" for repository in found)
        raise UsageError(f"the paths belong to different repositories ({tops}): run once for each")
    repository = found.pop()
    return repository, None if repository else "there is no git repository here"


def _root(base: Path, repository: vcs.Repository | None) -> Path:
    """Return the outer one of two folders: the one with the pytest configuration, and the one with the packaging."""
    ceiling = repository.top if repository else vcs.marker_above(base)
    chain = _upward(base, ceiling)
    tests = next((folder for folder in chain if pytest_config.configuration_file(folder)), None)
    packaging = next((f for f in chain if any((f / name).is_file() for name in pytest_config.PACKAGING)), ceiling)
    candidates = [folder for folder in (tests, packaging) if folder is not None]
    here = Path(os.path.realpath(Path.cwd()))
    return min(candidates, key=lambda folder: len(folder.parts), default=here if here in chain else base)


def _upward(base: Path, ceiling: Path | None) -> list[Path]:
    chain = [base, *base.parents]
    if ceiling is not None:
        return chain[: chain.index(ceiling) + 1]
    # Without a repository nothing says where the project ends; a configuration file in the home folder must not
    # turn all of it into one.
    home = Path(os.path.realpath(Path.home()))
    return [base, *(folder for folder in base.parents if folder not in (home, *home.parents))]


def _default_paths(folder: Path) -> tuple[Path, ...]:
    file = pytest_config.configuration_file(folder)
    named = pytest_config.test_paths(file) if file else []
    inside = tuple(path for path in named if path.is_relative_to(folder))
    if inside:
        return inside
    tests = Path(os.path.realpath(folder / "tests"))
    return (tests,) if tests.is_dir() and tests.is_relative_to(folder) else (folder,)
