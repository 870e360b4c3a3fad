"""ASH501 in INI files: the requirements of ``setup.cfg`` and the ``deps`` of ``tox.ini``, one on each line."""

from __future__ import annotations

import posixpath
import re

from asyncshim_codemods.config import requirement as req
from asyncshim_codemods.config.dependency_rules import CODE, Place, judge_requirement, supports_old_pythons
from asyncshim_codemods.config.ini_plan import IniPlan
from asyncshim_codemods.config.ini_spans import Option, ValueLine
from asyncshim_codemods.config.reported import report_lines
from asyncshim_codemods.config.review import Review, Verdict
from asyncshim_codemods.results import Safety

# `py311,lint: ` before a requirement of tox, and a comment behind one.
_LINE = re.compile(r"(?P<factors>(?:[\w{},.!-]+\s*:\s+)?)(?P<text>.*?)(?P<comment>(?:\s+#.*)?)$")
# A factor of tox for Pythons that asyncshim does not run on.
_OLD_FACTOR = re.compile(r"(?<![!\w])py(?:2\d|3\.?\d|3\.?10)(?!\d)")
_NO_COMMANDS = frozenset({"metadata", "pytest", "tool:pytest"})
_SETUP_LISTS = frozenset({"install_requires", "tests_require"})


def review_dependencies(review: Review, plan: IniPlan) -> None:
    """Judge every requirement of pytest-asyncio in the file."""
    is_setup = posixpath.basename(review.source.path) == "setup.cfg"
    old_pythons = is_setup and any(
        option.name == "python_requires" and supports_old_pythons(option.text) for option in plan.spans.options
    )
    for option in plan.spans.options:
        if is_setup and (option.section == "options.extras_require" or _is_setup_list(option)):
            _option(review, plan, option, old_pythons=old_pythons, factors=False)
        elif not is_setup and option.name == "deps":
            _option(review, plan, option, old_pythons=False, factors=True)
        elif option.section not in _NO_COMMANDS:
            for part in option.value:
                report_lines(review, part.start, part.end)


def _is_setup_list(option: Option) -> bool:
    return option.section == "options" and option.name in _SETUP_LISTS


def _option(review: Review, plan: IniPlan, option: Option, *, old_pythons: bool, factors: bool) -> None:
    """Judge the lines of one value; setuptools alone also takes ``a; b`` on the option's own line."""
    texts = [_parts(part, factors=factors)[1] for part in option.value]
    dropped: set[int] = set()
    rewritten: dict[int, str] = {}
    for index, part in enumerate(option.value):
        before, text, after = _parts(part, factors=factors)
        several = not factors and part.line == option.line and ";" in text
        beside = [
            other
            for at, other in enumerate(texts)
            if at != index and at not in dropped and _parts(option.value[at], factors=factors)[0] in {"", before}
        ]
        place = Place(beside, old_pythons=old_pythons, old_line=_OLD_FACTOR.search(before) is not None)
        verdict = judge_requirement(review, text, place)
        if several and (req.OLD_IN_TEXT.search(text) is not None):
            verdict = _several(review)
        if verdict is None or not review.accept(part.start + len(before), verdict, part.line):
            continue
        if verdict.value is None:
            dropped.add(index)
        else:
            rewritten[index] = before + verdict.value + after
            texts[index] = verdict.value
    if dropped or rewritten:
        plan.rewrite_lines(option, dropped, rewritten)


def _parts(part: ValueLine, *, factors: bool) -> tuple[str, str, str]:
    """What stands before the requirement, the requirement, and what follows it."""
    match = _LINE.match(part.text)
    assert match is not None
    if not factors:
        return "", match["factors"] + match["text"], match["comment"]
    return match["factors"], match["text"], match["comment"]


def _several(review: Review) -> Verdict | None:
    verdict = judge_requirement(review, req.OLD, Place())
    if verdict is None or verdict.safety is Safety.MANUAL:
        return verdict
    return Verdict(CODE, "pytest-asyncio stands in a list on one line: edit it by hand", Safety.MANUAL)
