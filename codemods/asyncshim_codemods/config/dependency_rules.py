"""ASH501: a requirement of pytest-asyncio, in every file format."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.results import Safety

CODE = "ASH501"

_LOWER_BOUND = re.compile(r"(?:>=|\^|~=?|==?)\s*3\.(\d+)")
_OLDEST = 11
_TOO_OLD = "one loop for all needs pytest-asyncio 0.26 or newer, which this limit keeps out: raise it manually"


def _is_never_listed(requirement: str) -> bool:  # noqa: ARG001 - the shape of is_listed
    """Return that the list has no such requirement."""
    return False


@dataclass(frozen=True, slots=True)
class RequirementContext:
    """What surrounds one requirement in its file.

    ``is_listed`` returns whether the list, as it will be after this run, has a requirement already. A ``bound`` only
    limits the version of what something else requires: a constraint, an override, a source. ``hashed`` says that pip
    wants a hash for each line, ``old_pythons`` that the project supports Pythons before 3.11, ``old_line`` that only
    those read it.
    """

    is_listed: Callable[[str], bool] = _is_never_listed
    bound: bool = False
    hashed: bool = False
    old_pythons: bool = False
    old_line: bool = False


def judge_requirement(review: Review, text: str, place: RequirementContext) -> Decision | None:
    """Decide about one requirement; ``None`` if it names neither package or is already right."""
    runner, needed = review.options.runner, review.facts.still_needs_pytest_asyncio
    if runner != "asyncshim" and req.names_asyncshim(text):
        return _left(f"asyncshim is not needed with {runner}: remove it when the suite passes with -p no:asyncshim")
    if not req.names_pytest_asyncio(text):
        return None
    if runner == "pytest-asyncio":
        return _left(_TOO_OLD) if req.excludes_from(text, "0.26") else None
    if needed:
        return _left(f"pytest-asyncio stays: {needed[0]}{_and_more(needed)}")
    if place.bound and (left := [path for path in review.facts.still_required_by if path != review.source.path]):
        return _left(f"limit on pytest-asyncio stays: {left[0]} still requires it{_and_more(left)}")
    if place.bound:
        return Decision(CODE, "limit on pytest-asyncio removed: nothing here requires it any more")
    written = req.written_for(runner)
    if not written:
        return Decision(CODE, "pytest-asyncio removed: the conftest.py runs the suite")
    return _replacement(text, written, runner, place)


def _replacement(text: str, written: str, runner: str, place: RequirementContext) -> Decision:
    if not req.is_plain(text):
        return _left(f"pytest-asyncio comes from elsewhere or with options here: write {written} manually")
    if runner == "asyncshim" and (place.old_line or req.is_for_old_pythons(text)):
        return _left("asyncshim needs Python 3.11, and this line is for older ones: keep it or drop those Pythons")
    value = req.replaced(text, written)
    if place.is_listed(value):
        return Decision(CODE, f"pytest-asyncio removed: {req.name_of(written)} is in the list already")
    if place.hashed:
        return _left(
            f"pytest-asyncio is pinned with a hash: write {written} with its own hash in its place, "
            "or run the tool that made this file (pip-compile --generate-hashes, uv pip compile --generate-hashes)"
        )
    if runner == "asyncshim" and place.old_pythons:
        message = f"pytest-asyncio becomes {written}, which needs Python 3.11; this project still supports older ones"
        return Decision(CODE, message, Safety.UNSAFE, value)
    return Decision(CODE, f"pytest-asyncio becomes {written}", value=value)


def supports_old_pythons(requires_python: object) -> bool:
    """Return whether such a bound (``>=3.9``, ``^3.9``) allows Pythons that asyncshim does not support."""
    match = _LOWER_BOUND.search(requires_python) if isinstance(requires_python, str) else None
    return match is not None and int(match[1]) < _OLDEST


def _left(message: str) -> Decision:
    return Decision(CODE, message, Safety.MANUAL)


def _and_more(reasons: Sequence[str]) -> str:
    return f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
