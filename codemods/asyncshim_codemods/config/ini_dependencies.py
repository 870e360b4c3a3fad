"""ASH501 in INI files: the requirements of ``setup.cfg`` and the ``deps`` of ``tox.ini``, one on each line."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from asyncshim_codemods.config.dependency_rules import RequirementContext, judge_requirement, surroundings
from asyncshim_codemods.config.ini_file import IniFile, IniOption
from asyncshim_codemods.config.reported import report_lines
from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.python_support import old_factors
from asyncshim_codemods.results import Safety

# `py311,lint: ` before a requirement of tox, and a comment behind one.
_LINE = re.compile(r"(?P<factors>(?:[\w{},.!-]+\s*:\s+)?)(?P<text>.*?)(?P<comment>(?:\s+#.*)?)$")
# The requirements of such a line, from the first character of a name; commas also stand between versions and extras.
_AT_SEMICOLONS = re.compile(r"[^\s;][^;]*(?<!\s)")
_AT_COMMAS = re.compile(r"[^\s,](?:[^,]|,(?=[^\[]*\])|,(?!\s*['\"A-Za-z]))*(?<![\s,])")
_COMMENT = re.compile(r"\s+#.*$")
_NOT_ONE = re.compile(r"""["'/@;]""")
# A factor of tox for Pythons that asyncshim does not run on.
_ANY_FACTOR = re.compile(r"(?<!\w)py(?:2\d|3\.?\d+)(?!\d)")
_ENVIRONMENTS = frozenset({"envlist", "env_list"})
_OLD_FACTOR = re.compile(r"(?<![!\w])py(?:2\d|3\.?\d|3\.?10)(?!\d)")
_NO_COMMANDS = frozenset({"metadata", "pytest", "tool:pytest"})
_SETUP_LISTS = frozenset({"install_requires", "tests_require"})


def review_dependencies(review: Review, file: IniFile) -> None:
    """Review every requirement of pytest-asyncio in the file."""
    is_setup = posixpath.basename(review.source.path) == "setup.cfg"
    place = surroundings(review)
    if not is_setup and (
        old := [each for option in file.options if option.name in _ENVIRONMENTS for each in old_factors(option.text)]
    ):
        place = replace(place, old_pythons=f"its environments have Python {old[0]}")
    for option in file.options:
        if is_setup and (option.section == "options.extras_require" or _is_setup_list(option)):
            _option(review, file, option, place, factors=False)
        elif not is_setup and option.name == "deps":
            _option(review, file, option, _in_environment(place, option), factors=True)
        elif option.section not in _NO_COMMANDS:
            for part in option.value:
                report_lines(review, part.start, part.end)


def _is_setup_list(option: IniOption) -> bool:
    return option.section == "options" and option.name in _SETUP_LISTS


@dataclass(slots=True)
class _Requirement:
    """A requirement as it will be after this run, and where it stands: a line of the value, and its part of that.

    ``unclear`` is for a line that may hold several, but not in a way that can be read.
    """

    line: int
    start: int
    end: int
    text: str
    factors: str = ""
    unclear: bool = False
    gone: bool = False
    also: str = ""


def _in_environment(place: RequirementContext, option: IniOption) -> RequirementContext:
    """Return the surroundings of ``deps`` in one environment of tox: ``[testenv:py39]`` has only that Python."""
    names = option.section.partition(":")[2]
    if not _ANY_FACTOR.search(names):
        return place
    return replace(place, old_pythons="", old_line=_OLD_FACTOR.search(names) is not None)


def _option(review: Review, file: IniFile, option: IniOption, context: RequirementContext, *, factors: bool) -> None:
    """Review the requirements of one value."""
    split = _with_factors if factors else _of_setuptools
    items = [item for index in range(len(option.value)) for item in split(option, index)]
    edited: set[int] = set()
    listed: defaultdict[str, req.RequirementSet] = defaultdict(req.RequirementSet)
    sizes = Counter(item.line for item in items)
    for item in items:
        listed[item.factors].add(item.text)
    for item in items:
        braced = next(old_factors(item.factors), "")
        is_new = not braced and _ANY_FACTOR.search(item.factors) is not None and "!" not in item.factors
        place = replace(
            context,
            is_listed=partial(_is_listed, listed[""], listed[item.factors]),
            old_pythons=f"its factor is for Python {braced} too" if braced else "" if is_new else context.old_pythons,
            old_line=context.old_line or _OLD_FACTOR.search(item.factors) is not None,
            can_split=sizes[item.line] == 1,
        )
        decision = _unclear(review, item.text) if item.unclear else judge_requirement(review, item.text, place)
        part = option.value[item.line]
        if decision is not None and review.accept(part.start + item.start, decision, part.line):
            item.gone, item.text, item.also = decision.value is None, decision.value or "", decision.also or ""
            listed[item.factors].add(item.text)
            edited.add(item.line)
    if edited:
        by_line = {line: list(here) for line, here in groupby(items, key=lambda item: item.line) if line in edited}
        rewritten = {
            line: _joined(file, option, here) for line, here in by_line.items() if not all(item.gone for item in here)
        }
        file.rewrite_lines(option, edited - rewritten.keys(), rewritten)


def _with_factors(option: IniOption, index: int) -> list[_Requirement]:
    """Return the requirement of tox on one line, behind its factors."""
    match = _LINE.match(option.value[index].text)
    assert match is not None
    return [_Requirement(index, match.start("text"), match.end("text"), match["text"], match["factors"])]


def _of_setuptools(option: IniOption, index: int) -> list[_Requirement]:
    """Return the requirements on one line: one, or several with commas; setuptools alone takes ``a; b``, if it is all.

    What looks like several but has quotes or addresses is not taken apart.
    """
    part = option.value[index]
    text = _COMMENT.sub("", part.text)
    is_all = [part.line] == [option.line] == [each.line for each in option.value]
    split = _AT_SEMICOLONS if is_all and ";" in text else _AT_COMMAS
    pieces = [_Requirement(index, piece.start(), piece.end(), piece[0]) for piece in split.finditer(text)]
    if len(pieces) > 1 and any(_NOT_ONE.search(piece.text) or not req.is_plain(piece.text) for piece in pieces):
        return [_Requirement(index, 0, len(text), text, unclear=True)]
    return pieces


def _is_listed(for_all: req.RequirementSet, here: req.RequirementSet, requirement: str) -> bool:
    """Return whether the requirement is listed without factors or with the same ones."""
    return for_all.covers(requirement) or here.covers(requirement)


def _joined(file: IniFile, option: IniOption, here: Sequence[_Requirement]) -> str:
    """Return the line with the new texts of its requirements; one that goes takes the separator before it along."""
    before = option.value[here[0].line].text
    text, at = "", 0
    for item in here:
        if not item.gone:
            text += (before[at : item.start] if text else before[: here[0].start]) + item.text
        at = item.end
    text += before[at:]
    also = next((item for item in here if item.also), None)
    if also is None:
        return text
    line = option.value[also.line]
    raw = file.text.line_text(line.line)
    indent = "    " if line.line == option.line else raw[: len(raw) - len(raw.lstrip())]
    return f"{text}{file.text.newline_at(line.line)}{indent}{before[: also.start]}{also.also}"


def _unclear(review: Review, text: str) -> Decision | None:
    old = req.old_in(text)
    decision = judge_requirement(review, old, RequirementContext()) if old else None
    if decision is None or decision.safety is Safety.MANUAL:
        return decision
    return Decision(decision.code, f"{old} stands in a list on one line: edit it manually", Safety.MANUAL)
