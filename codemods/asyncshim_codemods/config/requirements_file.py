"""ASH501 in the files of pip: ``requirements.txt`` and similar files, one requirement on each logical line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from asyncshim_codemods.config.check import LEFT, ValueChange
from asyncshim_codemods.config.dependency_rules import RequirementContext, judge_requirement, surroundings
from asyncshim_codemods.config.review import Decision, Review
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.file_kinds import is_bound
from asyncshim_codemods.results import Safety
from asyncshim_codemods.source.config_text import ConfigText, TextEdit, delete_lines, insert_line
from asyncshim_codemods.source.ini_reading import ConfigError

_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_OPTIONS = re.compile(r"\s+--?\w.*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """One logical line: its first and last line in the file, the requirement's span, its text, its options."""

    first: int
    last: int
    start: int
    end: int
    text: str
    options: str


def read_requirements(source: ConfigText) -> list[RequirementLine]:
    """Return the logical lines of the file that are neither empty nor comments."""
    found: list[RequirementLine] = []
    number = 1
    while number <= source.line_count:
        first, parts = number, [source.line_text(number)]
        while parts[-1].endswith("\\") and not parts[0].lstrip().startswith("#") and number < source.line_count:
            number += 1
            parts.append(source.line_text(number))
        number += 1
        logical = "".join(part.removesuffix("\\") for part in parts[:-1]) + parts[-1]
        content = _COMMENT.sub("", logical).strip()
        if content:
            found.append(_line(source, first, number - 1, parts[0], content))
    return found


def _line(source: ConfigText, first: int, last: int, raw: str, content: str) -> RequirementLine:
    """Return the requirement without options of pip, which may follow on continuation lines."""
    text = content if content.startswith("-") else _OPTIONS.sub("", content)
    start = source.starts[first - 1] + len(raw) - len(raw.lstrip())
    return RequirementLine(first, last, start, start + len(text), text, content[len(text) :].strip())


def review_requirements(review: Review) -> tuple[list[TextEdit], list[ValueChange]]:
    """Review every line that requires pytest-asyncio."""
    source = review.source
    lines = read_requirements(source)
    hashed = any("--hash" in line.options for line in lines)
    bound = is_bound(source.path)
    edits: list[TextEdit] = []
    changes: list[ValueChange] = []
    listed = req.RequirementSet(line.text for line in lines)
    place = replace(surroundings(review), is_listed=listed.covers, bound=bound, hashed=hashed, can_split=True)
    for index, line in enumerate(lines):
        decision = _judge(review, line, place)
        if decision is None or not review.accept(line.start, decision, line.first):
            continue
        if decision.value is None:
            edits += delete_lines(source, range(line.first, line.last + 1))
        else:
            edits.append(TextEdit(line.start, line.end, decision.value))
        listed.add(decision.value or "")
        changes.append(ValueChange((index,), decision.value))
        if decision.also is not None:
            edits.append(insert_line(source, line.last, decision.also))
            changes.append(ValueChange((index, "after"), decision.also))
    return edits, changes


def _judge(review: Review, line: RequirementLine, place: RequirementContext) -> Decision | None:
    if line.text.startswith("-") or "://" in line.text.partition("#")[0]:
        return _from_elsewhere(review, line)
    decision = judge_requirement(review, line.text, place)
    broken = review.source.text[line.start : line.end] != line.text
    if decision is not None and decision.value is not None and (line.options or broken):
        old = req.name_of(line.text)
        return Decision(decision.code, f"{old} is given with options of pip here: edit it manually", Safety.MANUAL)
    return decision


def _from_elsewhere(review: Review, line: RequirementLine) -> Decision | None:
    """Report an editable or URL requirement whose address or ``#egg=`` names pytest-asyncio."""
    names = [part for part in re.split(r"[/#&=@\s]+", line.text) if part]
    found = (req.normalized(name.removesuffix(".git")) for name in names)
    old = next((name for name in found if name in req.OLDS), None)
    return None if old is None else judge_requirement(review, f"{old} @ elsewhere", place=RequirementContext())


def check_requirements(source: ConfigText, after: str, changes: Iterable[ValueChange]) -> None:
    """Raise unless the logical lines differ in exactly ``changes``."""
    expected: list[list[str]] = [[f"{line.text} {line.options}"] for line in read_requirements(source)]
    for change in changes:
        index = change.path[0]
        assert isinstance(index, int)
        new = [f"{change.value} "] if change.value is not None else []
        expected[index] = expected[index] + new if change.path[1:] else new
    found = [
        f"{line.text} {line.options}" for line in read_requirements(ConfigText.decode(source.path, after.encode()))
    ]
    if found != [line for lines in expected for line in lines]:
        raise ConfigError(LEFT)
