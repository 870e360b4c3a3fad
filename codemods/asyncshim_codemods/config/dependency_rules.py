"""ASH501 and ASH606: a requirement of pytest-asyncio or alt-pytest-asyncio, in every file format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.pytest_limits import OLDEST_PYTEST
from asyncshim_codemods.results import Safety

_CODES = {req.OLD: "ASH501", req.ALT: "ASH606"}

_TOO_OLD = "one loop for all needs pytest-asyncio 0.26 or newer, which this limit keeps out: raise it manually"


def _is_never_listed(requirement: str) -> bool:  # noqa: ARG001 - the shape of is_listed
    """Return that the list has no such requirement."""
    return False


@dataclass(frozen=True, slots=True)
class RequirementContext:
    """The context of one requirement in its file.

    ``is_listed`` returns whether the list, as it will be after this run, has a requirement already. A ``bound`` only
    limits the version of what something else requires: a constraint, an override, a source. ``hashed`` says that pip
    wants a hash for each line. ``old_pythons`` says which file supports Pythons before 3.11, ``only_new`` that one
    excludes them, ``old_line`` that only those read the requirement. ``can_split`` says that a second requirement can
    follow, and ``pytest_limit`` which limit excludes every pytest that asyncshim works with.
    """

    is_listed: Callable[[str], bool] = _is_never_listed
    bound: bool = False
    hashed: bool = False
    old_pythons: str = ""
    only_new: bool = False
    old_line: bool = False
    can_split: bool = False
    pytest_limit: str = ""


def surroundings(review: Review) -> RequirementContext:
    """Return what the project says about every requirement of a file."""
    support = review.support
    old = f"{support.path} supports {support.oldest}" if support is not None and support.oldest else ""
    is_new = support is not None and not support.oldest
    return RequirementContext(old_pythons=old, only_new=is_new, pytest_limit=review.pytest_limit)


def judge_requirement(review: Review, text: str, place: RequirementContext) -> Decision | None:
    """Decide about one requirement; ``None`` if it names none of these packages or is already right."""
    runner, needed = review.options.runner, review.facts.still_needs_pytest_asyncio
    if runner != "asyncshim" and req.names_asyncshim(text):
        return _left(
            text, f"asyncshim is not needed with {runner}: remove it when the suite passes with -p no:asyncshim"
        )
    if req.name_of(text) == req.ALT:
        return None if runner == req.ALT else _judge_alt(review, text, place)
    if not req.names_pytest_asyncio(text):
        return None
    if runner == "pytest-asyncio":
        return _left(text, _TOO_OLD) if req.excludes_from(text, "0.26") else None
    if needed:
        return _left(text, f"pytest-asyncio stays: {needed[0]}{_and_more(needed)}")
    if place.bound and (left := [path for path in review.facts.still_required_by if path != review.source.path]):
        return _left(text, f"limit on pytest-asyncio stays: {left[0]} still requires it{_and_more(left)}")
    if place.bound:
        return Decision(code_of(text), "limit on pytest-asyncio removed: nothing here requires it any more")
    return _replaced(text, runner, place)


def code_of(text: str) -> str:
    """Return the code of the rule about this requirement."""
    return _CODES.get(req.name_of(text) or "", _CODES[req.OLD])


def _judge_alt(review: Review, text: str, place: RequirementContext) -> Decision | None:
    """Decide about alt-pytest-asyncio, which stays while something is left that uses it.

    asyncshim is added beside it then, because the marker asyncshim_timeout has a meaning only there.
    """
    runner, alt = review.options.runner, review.facts.alt
    needed = (*alt.uses, *alt.loaded, *alt.in_config)
    if not needed and place.bound:
        return _left(text, f"limit on {req.ALT}: remove it once nothing requires it")
    if not needed:
        return _replaced(text, runner, place)
    stays = f"{req.ALT} stays: {needed[0]}{_and_more(needed)}"
    decision = None if place.bound or runner != "asyncshim" else _replaced(text, runner, place)
    is_new = decision is not None and decision.value is not None and decision.also is None
    if is_new and decision is not None and place.can_split and not place.is_listed(req.replaced(text, "asyncshim")):
        return Decision(code_of(text), f"{stays}; asyncshim added", decision.safety, text, also=decision.value)
    return _left(text, stays)


def _replaced(text: str, runner: str, place: RequirementContext) -> Decision:
    written = req.written_for(runner)
    if not written:
        return Decision(code_of(text), f"{req.name_of(text)} removed: the conftest.py runs the suite")
    return _replacement(text, written, runner, replace(place, old_pythons=_old_pythons(text, place)))


def _old_pythons(text: str, place: RequirementContext) -> str:
    """Return what says that a requirement is also for Pythons before 3.11: its marker, or the project."""
    if req.names_python(text):
        return "its marker allows older ones" if req.is_also_for_old_pythons(text) and not place.only_new else ""
    return place.old_pythons


def _replacement(text: str, written: str, runner: str, place: RequirementContext) -> Decision:
    old, code = req.name_of(text), code_of(text)
    if not req.is_plain(text):
        return _left(text, f"{old} comes from elsewhere or with options here: write {written} manually")
    if runner == "asyncshim" and (place.old_line or req.is_for_old_pythons(text)):
        return _left(
            text, "asyncshim needs Python 3.11, and this line is for older ones: keep it or drop those Pythons"
        )
    if runner == "asyncshim" and place.pytest_limit:
        return _left(
            text, f"asyncshim needs pytest {OLDEST_PYTEST}, which {place.pytest_limit} keeps out: raise that limit"
        )
    value = req.replaced(text, written)
    if place.is_listed(value):
        return Decision(code, f"{old} removed: {req.name_of(written)} is in the list already")
    if place.hashed:
        return _left(
            text,
            f"{old} is pinned with a hash: write {written} with its own hash in its place, "
            "or run the tool that made this file (pip-compile --generate-hashes, uv pip compile --generate-hashes)",
        )
    if runner == "asyncshim" and place.old_pythons:
        return _split(text, value, place)
    return Decision(code, f"{old} becomes {written}", value=value)


def _split(text: str, value: str, place: RequirementContext) -> Decision:
    """Add asyncshim for the Pythons that it runs on, and keep the old requirement for the others."""
    new, old = req.with_marker(value, req.NEW_PYTHON), req.with_marker(text, req.OLD_PYTHON)
    name = req.name_of(text)
    message = f"asyncshim needs Python 3.11, and {place.old_pythons}"
    if not place.can_split:
        return _left(text, f"{message}: write `{new}` and `{old}` manually, or drop those Pythons")
    if place.is_listed(new):
        return Decision(code_of(text), f"{message}: {name} stays for older ones only", Safety.UNSAFE, old)
    return Decision(code_of(text), f"{message}: it replaces {name} for newer ones only", Safety.UNSAFE, new, also=old)


def _left(text: str, message: str) -> Decision:
    return Decision(code_of(text), message, Safety.MANUAL)


def _and_more(reasons: Sequence[str]) -> str:
    return f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
