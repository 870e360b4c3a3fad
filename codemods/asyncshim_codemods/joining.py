"""Join the results of passes over one file: all findings have positions in the file as it was read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING

from asyncshim_codemods.results import FileResult, Finding
from asyncshim_codemods.source.document import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TAKEN = " (not applied: another rule changes the same place)"


def joined(first: FileResult, again: FileResult) -> FileResult:
    """Return the outcome of a pass over ``first.new`` as one of the file that ``first`` began with.

    A finding that the earlier pass left has the message and safety of the later one. What only the earlier pass found
    stays: some findings come from what a pass removes.
    """
    lines = _Lines(first.old, first.new)
    left: dict[str, list[Finding]] = defaultdict(list)
    later: dict[str, list[Finding]] = defaultdict(list)
    for each in first.findings:
        if not each.fixed:
            left[each.code].append(each)
    for each in again.findings:
        later[each.code].append(each)
    found = {each for each in first.findings if each.fixed}
    for code in {*left, *later}:
        found.update(_placed(later[code], left[code], lines))
    return replace(first, new=again.new, findings=tuple(sorted(found)))


def _placed(later: Sequence[Finding], earlier: Sequence[Finding], lines: _Lines) -> Iterator[Finding]:
    """Yield the findings of one rule where the earlier pass found them; new ones in the line that their code was in."""
    free = list(earlier)
    # Edits keep the order of statements, so findings of the same number are the same ones.
    in_order = len(earlier) == len(later)
    for each in later:
        line, column = lines.before(each.line, each.column)
        same = free[:1] if in_order else [one for one in free if one.line == line][:1]
        for one in same:
            free.remove(one)
            line, column = one.line, one.column
        yield replace(each, line=line, column=column)
    yield from free


class _Lines:
    """Where the lines of the new file were in the old one."""

    def __init__(self, old: bytes, new: bytes) -> None:
        self._old = _text_lines(old)
        self._new = _text_lines(new)

    @cached_property
    def _blocks(self) -> Sequence[tuple[str, int, int, int, int]]:
        return SequenceMatcher(None, self._old, self._new, autojunk=False).get_opcodes()

    def before(self, line: int, column: int) -> tuple[int, int]:
        """Return the 1-based position in the old file of one in the new file; the nearest one for new code."""
        for _, old_start, old_end, new_start, new_end in self._blocks:
            if new_start < line <= new_end:
                number = min(old_start + line - new_start, max(old_end, old_start + 1), len(self._old))
                return number, min(column, len(self._old[number - 1].rstrip("\r\n")) + 1)
        return line, column


def _text_lines(data: bytes) -> list[str]:
    return split_lines(data.decode("utf-8", "replace"))
