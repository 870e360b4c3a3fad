"""Run a suite twice in a copy of the project, and compare the outcome of each test."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.errors import AsyncshimError, RunError
from asyncshim.migrate.prove import outcomes, pairing
from asyncshim.migrate.prove.outcomes import Difference, SuiteRun

if TYPE_CHECKING:
    from asyncshim.migrate.plan.plan import FileChange
    from asyncshim.migrate.read.project import Project

_NOT_COPIED = frozenset({".git", ".hg", ".jj", ".svn", ".tox", ".nox", ".asyncshim", "__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class Suite:
    """How a suite runs: interpreter, further arguments of pytest, collection only, time limit in seconds.

    ``plugins`` are arguments of ``-p``; ``label`` is the name of the run in messages.
    """

    python: str
    arguments: tuple[str, ...] = ()
    collect: bool = False
    timeout: float | None = None
    plugins: tuple[str, ...] = ()
    label: str = "pytest"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Both runs, the tests that differ, and the flaky tests: they differ between two runs of the same files."""

    before: SuiteRun
    after: SuiteRun
    differences: tuple[Difference, ...]
    flaky: tuple[str, ...]

    @property
    def compared(self) -> int:
        """The number of tests that ran, or were only collected, in both runs."""
        return self.after.ran or len(self.after.outcomes)


class IncomparableError(RunError):
    """A run that crashed, was stopped, or ran no test: there is nothing to compare."""

    def __init__(self, run: SuiteRun, trouble: str) -> None:
        last = "".join(f"\n  {line}" for line in run.last_lines.splitlines())
        super().__init__(f"{run.label}: {trouble}, so the runs cannot be compared. The last lines of pytest:{last}")
        self.run = run


Start = Callable[[], SuiteRun]


def compare(first: SuiteRun, after: Start, again: Start) -> Verdict:
    """Compare a run with another one. If they differ, repeat both to find flaky tests; ``again`` repeats the first.

    A run that was not a whole one is an ``IncomparableError``.
    """
    require_sound(first)
    second = require_sound(after())
    if {*first.outcomes.values(), *second.outcomes.values()} == {"skipped"}:
        raise IncomparableError(second, "no test ran: all of them were skipped")
    second = pairing.aligned(second, first)
    if not outcomes.differences(first, second):
        return Verdict(first, second, (), ())
    repeated, third = require_sound(again()), require_sound(after())
    unstable = pairing.unstable(first, repeated) | pairing.unstable(second, pairing.aligned(third, second))
    second = pairing.aligned(second, first, unstable)
    different = outcomes.differences(first, second)
    flaky = {one.test for one in outcomes.differences(first, pairing.aligned(repeated, first, unstable))}
    flaky |= {one.test for one in outcomes.differences(second, pairing.aligned(third, second, unstable))}
    return Verdict(
        first,
        second,
        tuple(one for one in different if one.test not in flaky),
        tuple(one.test for one in different if one.test in flaky),
    )


def require_sound(run: SuiteRun) -> SuiteRun:
    """Return the run, if it is one that can be compared."""
    if run.trouble is not None:
        raise IncomparableError(run, run.trouble)
    return run


class Workspace:
    """A copy of the project: a new one for each run, always at the same path, because outputs contain the path."""

    def __init__(self, project: Project, folder: Path) -> None:
        self._project = project
        self.root = folder / project.root.name

    def run(self, suite: Suite, edits: Sequence[FileChange] = ()) -> SuiteRun:
        """Run the suite on a copy with these edits."""
        self._copy()
        for edit in edits:
            (self.root / edit.path).write_bytes(edit.new.data)
        here = Path(os.path.realpath(Path.cwd()))
        inside = here.is_relative_to(self._project.root)
        cwd = self.root / here.relative_to(self._project.root) if inside else self.root
        paths = self._paths(cwd) if self._project.explicit or not inside else []
        # Both runs need the same order of tests.
        options = [part for plugin in (*suite.plugins, "no:randomly") for part in ("-p", plugin)]
        collect = ["--collect-only", "-q"] if suite.collect else []
        command = [suite.python, "-m", "pytest", *options, *collect, *paths, *suite.arguments]
        return replace(outcomes.run_pytest(command, cwd, os.environ, suite.timeout), label=suite.label)

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
