"""Run a suite twice in a copy of the project, and compare the outcome of each test."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.prove import outcomes
from asyncshim.migrate.prove.outcomes import Difference, SuiteRun

if TYPE_CHECKING:
    from asyncshim.migrate.plan.plan import FileChange
    from asyncshim.migrate.read.project import Project

_NOT_COPIED = frozenset({".git", ".hg", ".jj", ".svn", ".tox", ".nox", ".asyncshim", "__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class Suite:
    """How a suite runs: interpreter, further arguments of pytest, collection only, time limit in seconds."""

    python: str
    arguments: tuple[str, ...] = ()
    collect: bool = False
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Both runs, the tests that differ, and the flaky tests: they differ between two runs of the same files."""

    before: SuiteRun
    after: SuiteRun
    differences: tuple[Difference, ...]
    flaky: tuple[str, ...]


Start = Callable[[], SuiteRun]


def compare(first: SuiteRun, after: Start, again: Start | None) -> Verdict:
    """Compare a run with another one. If they differ, repeat both to find flaky tests.

    ``again`` repeats the first run; without it, every difference counts.
    """
    if not first.outcomes:
        raise AsyncshimError(f"pytest found no tests to compare:\n{first.output.strip()}")
    second = after()
    different = outcomes.differences(first, second)
    if not different or again is None or None in (first.exit_code, second.exit_code):
        return Verdict(first, second, tuple(different), ())
    unsteady = {one.test for one in outcomes.differences(first, again())}
    unsteady |= {one.test for one in outcomes.differences(second, after())}
    return Verdict(
        first,
        second,
        tuple(one for one in different if one.test not in unsteady),
        tuple(one.test for one in different if one.test in unsteady),
    )


class Workspace:
    """A copy of the project: a new one for each run, always at the same path, because outputs contain the path."""

    def __init__(self, project: Project, folder: Path) -> None:
        self._project = project
        self.root = folder / project.root.name

    def run(self, suite: Suite, edits: Sequence[FileChange] = (), plugins: Sequence[str] = ()) -> SuiteRun:
        """Run the suite on a copy with these edits; ``plugins`` are arguments of ``-p``."""
        self._copy()
        for edit in edits:
            (self.root / edit.path).write_bytes(edit.new.data)
        here = Path(os.path.realpath(Path.cwd()))
        inside = here.is_relative_to(self._project.root)
        cwd = self.root / here.relative_to(self._project.root) if inside else self.root
        paths = self._paths(cwd) if self._project.explicit or not inside else []
        # Both runs need the same order of tests.
        options = [part for plugin in (*plugins, "no:randomly") for part in ("-p", plugin)]
        collect = ["--collect-only", "-q"] if suite.collect else []
        command = [suite.python, "-m", "pytest", *options, *collect, *paths, *suite.arguments]
        return outcomes.run_pytest(command, cwd, os.environ, suite.timeout)

    def path(self, run: SuiteRun, test: str) -> str:
        """Return the file of a test, relative to the project."""
        return Path(os.path.relpath(run.root / test.partition("::")[0], self.root)).as_posix()

    def _paths(self, cwd: Path) -> list[str]:
        given = (self.root / path.relative_to(self._project.root) for path in self._project.given)
        return [os.path.relpath(path, cwd) for path in given]

    def _copy(self) -> None:
        if self.root.exists():
            _remove(self.root)
        try:
            shutil.copytree(self._project.root, self.root, symlinks=True, ignore=_ignored)
        except shutil.Error as error:
            first, *more = error.args[0]
            others = f" (and {len(more)} more)" if more else ""
            raise AsyncshimError(f"{first[0]}: could not be copied for the run: {first[2]}{others}") from error
        except OSError as error:
            raise AsyncshimError(f"the project could not be copied to {self.root} for its run: {error}") from error


@contextmanager
def workspace(project: Project) -> Generator[Workspace]:
    """Yield a temporary workspace for copies of the project."""
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="asyncshim-verify-")))
    try:
        yield Workspace(project, folder)
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a copy, including folders without write permission."""
    for parent, _, _ in os.walk(folder):
        Path(parent).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _ignored(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name in _NOT_COPIED or not _copyable(Path(folder, name))}


def _copyable(path: Path) -> bool:
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        # pytest cannot collect from an unreadable folder either, such as the data folder of a database.
        return os.access(path, os.R_OK | os.X_OK) and not os.access(path / "pyvenv.cfg", os.F_OK)
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)
