"""``migrate --verify``: keep only edits after which every test has the same outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from asyncshim.migrate.plan.engine import Outcome
from asyncshim.migrate.plan.one_file import Visited
from asyncshim.migrate.prove.verify import Suite, Verdict, compare, workspace

if TYPE_CHECKING:
    from asyncshim.migrate.plan.engine import Engine
    from asyncshim.migrate.prove.outcomes import Difference
    from asyncshim.migrate.prove.verify import Workspace
    from asyncshim.migrate.read.discover import Discovery
    from asyncshim.migrate.read.project import Project

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Proof:
    """The verified outcome, the last verdict, and the reason for each file that is not changed."""

    outcome: Outcome
    verdict: Verdict | None
    unchanged: Mapping[str, str]


def prove(engine: Engine, discovery: Discovery, project: Project, suite: Suite, tell: Told) -> Proof:
    """Drop the edits of files whose tests differ, until the remaining edits change no outcome."""
    asked = outcome = engine.run(discovery)
    unchanged: dict[str, str] = {}
    verdict: Verdict | None = None
    with workspace(project) as place:
        edits = outcome.plan().edits
        if not edits:
            return Proof(outcome, None, unchanged)
        tell(f"Running pytest on the current files, in a copy at {place.root}")
        before = place.run(suite)
        while edits:
            tell(f"Running pytest with {len(edits)} files rewritten")
            again = None if suite.collect else partial(place.run, suite)
            verdict = compare(before, partial(place.run, suite, edits), again)
            if not verdict.differences:
                break
            unchanged.update(_blame(place, verdict, [edit.path for edit in edits]))
            targets = tuple(path for path in discovery.targets if path not in unchanged)
            outcome = engine.run(replace(discovery, targets=targets))
            edits = tuple(edit for edit in outcome.plan().edits if edit.path not in unchanged)
    return Proof(_with_dropped(outcome, asked, unchanged), verdict, unchanged)


def _blame(place: Workspace, verdict: Verdict, edited: list[str]) -> dict[str, str]:
    """Return the edits to drop: those in the files of differing tests, else in conftest files above, else all."""
    differing = {place.path(verdict.after, one.test): one for one in verdict.differences}
    differing |= {place.path(verdict.before, one.test): one for one in verdict.differences if one.after is None}
    own = {path: _reason(one) for path, one in differing.items() if path in edited}
    if own:
        return own
    above = {
        conftest: _reason(one)
        for path, one in differing.items()
        for folder in PurePosixPath(path).parents
        if (conftest := (folder / "conftest.py").as_posix()) in edited
    }
    return above or dict.fromkeys(edited, _reason(verdict.differences[0]))


def _reason(one: Difference) -> str:
    if one.before is None:
        return f"{one.test} is collected only after it"
    if one.after is None:
        return f"{one.test} is no longer collected after it"
    return f"{one.test}: {one.before} before, {one.after} after"


def _with_dropped(outcome: Outcome, asked: Outcome, reasons: Mapping[str, str]) -> Outcome:
    """Return the outcome with dropped edits as remaining uses."""
    kept = [visited for visited in outcome.visited if visited.result.path not in reasons]
    dropped = [
        _dropped(visited, reasons[visited.result.path]) for visited in asked.visited if visited.result.path in reasons
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
