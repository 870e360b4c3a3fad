"""``migrate --verify``: keep only edits after which every test has the same outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from asyncshim.migrate.plan.one_file import Visited, failed
from asyncshim.migrate.plan.outcome import Outcome
from asyncshim.migrate.prove.verify import IncomparableError, Suite, Verdict, compare, require_sound, workspace

if TYPE_CHECKING:
    from asyncshim.migrate.plan.engine import Engine
    from asyncshim.migrate.prove.outcomes import Difference, SuiteRun
    from asyncshim.migrate.prove.verify import Workspace
    from asyncshim.migrate.read.discover import Discovery
    from asyncshim.migrate.read.project import Project


class RunObserver(Protocol):
    """Where the progress of the runs is shown."""

    def starts(self, text: str) -> None:
        """Show that a run starts."""
        ...

    def ended(self, run: SuiteRun) -> None:
        """Show the result of a run."""
        ...


@dataclass(frozen=True, slots=True)
class Proof:
    """The verified outcome, the last verdict, and the reason for each file that is not changed.

    ``broken`` are other files that are not changed: they cannot be collected after the rewrite.
    """

    outcome: Outcome
    verdict: Verdict | None
    unchanged: Mapping[str, str]
    broken: Mapping[str, str] = field(default_factory=dict[str, str])


def prove(
    engine: Engine, discovery: Discovery, project: Project, suites: tuple[Suite, Suite], told: RunObserver
) -> Proof:
    """Drop the edits of files whose tests differ, until the remaining edits change no outcome.

    The first suite runs the current files, the second one the rewritten ones.
    """
    asked = outcome = engine.run(discovery)
    unchanged: dict[str, str] = {}
    broken: dict[str, str] = {}
    verdict: Verdict | None = None
    edits = outcome.plan().edits
    if not edits:
        return Proof(outcome, None, unchanged)
    with workspace(project) as place:
        told.starts(f"Running pytest on the current files, in a copy at {place.root}")
        before = require_sound(place.run(suites[0]))
        told.ended(before)
        while edits:
            told.starts(f"Running pytest with {len(edits):,} {'file' if len(edits) == 1 else 'files'} rewritten")
            paths = [edit.path for edit in edits]
            try:
                verdict = compare(before, partial(place.run, suites[1], edits), partial(place.run, suites[0]))
            except IncomparableError as error:
                verdict = None
                broken.update(_breaking(place, error, paths))
            else:
                told.ended(verdict.after)
                if not verdict.differences:
                    break
                unchanged.update(_blame(place, verdict, paths))
            left = {**unchanged, **broken}
            targets = tuple(path for path in discovery.targets if path not in left)
            outcome = engine.run(replace(discovery, targets=targets))
            edits = tuple(edit for edit in outcome.plan().edits if edit.path not in left)
    return Proof(_with_dropped(outcome, asked, unchanged, broken), verdict, unchanged, broken)


def _blame(place: Workspace, verdict: Verdict, edited: list[str]) -> dict[str, str]:
    """Return the edits to drop: those in the files of differing tests, else in conftest files above, else all."""
    differing = {place.path(verdict.after, one.test): _reason(one) for one in verdict.differences}
    differing |= {
        place.path(verdict.before, one.test): _reason(one) for one in verdict.differences if one.after is None
    }
    return _edits_behind(differing, edited) or dict.fromkeys(edited, _reason(verdict.differences[0]))


def _breaking(place: Workspace, error: IncomparableError, edited: list[str]) -> dict[str, str]:
    """Return the edits after which files cannot be collected. Other errors cannot be traced to an edit."""
    failing = {place.path(error.run, test): _uncollected(text) for test, text in error.run.uncollected.items()}
    behind = _edits_behind(failing, edited)
    if not behind:
        raise error
    return behind


def _edits_behind(reasons: Mapping[str, str], edited: list[str]) -> dict[str, str]:
    """Return the edited ones of these files, else the edited conftest files above them, with the reasons."""
    own = {path: reason for path, reason in reasons.items() if path in edited}
    return own or {
        conftest: reason
        for path, reason in reasons.items()
        for folder in PurePosixPath(path).parents
        if (conftest := (folder / "conftest.py").as_posix()) in edited
    }


def _uncollected(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.startswith("E ")] or text.split("\n")
    return f"stays unchanged: pytest cannot collect it after the rewrite: {lines[0].removeprefix('E').strip()}"


def _reason(one: Difference) -> str:
    if one.before is None:
        return f"{one.test} is collected only after it"
    if one.after is None:
        return f"{one.test} is no longer collected after it"
    return f"{one.test}: {one.before} before, {one.after} after"


def _with_dropped(outcome: Outcome, asked: Outcome, unchanged: Mapping[str, str], broken: Mapping[str, str]) -> Outcome:
    """Return the outcome with dropped edits as remaining uses, and broken files as failures."""
    left = {**unchanged, **broken}
    kept = [visited for visited in outcome.visited if visited.result.path not in left]
    dropped = [
        Visited(failed(path, broken[path])) if path in broken else _dropped(visited, unchanged[path])
        for visited in asked.visited
        if (path := visited.result.path) in left
    ]
    visited = sorted((*kept, *dropped), key=lambda one: one.result.path)
    return replace(outcome, visited=tuple(visited), files=asked.files)


def _dropped(visited: Visited, reason: str) -> Visited:
    findings = tuple(
        replace(finding, fixed=False, message=f"{finding.message} (not changed: {reason})")
        if finding.fixed
        else finding
        for finding in visited.result.findings
    )
    return Visited(replace(visited.result, old=b"", new=b"", findings=findings))
