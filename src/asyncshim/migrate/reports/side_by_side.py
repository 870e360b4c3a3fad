"""Side-by-side diffs of a file as HTML table rows."""

from __future__ import annotations

import difflib
import io
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from asyncshim.migrate import safe_text
from asyncshim.migrate.reports.highlight import Span, spans
from asyncshim_codemods.api import line_diff

_CONTEXT = 3
# Lines with a lower similarity ratio are not shown as two versions of one line.
_ALIKE = 0.4
# With more pairs of lines, the search for the best alignment would be too slow.
_ALIGNED = 2_500
# A diff with more changed lines is not shown: browsers are slow with such a page.
_MOST = 5_000
# Longer lines are shown without colors, and not as two versions of one line.
_LONG = 500
# A file with a longer line has no colors: some releases of Python copy the line for each of its tokens.
_TOKENIZED = 5_000
# With more pairs of characters, all that differs is marked, without a search for equal parts in it.
_COMPARED = 2_500
_Pair = tuple[int | None, int | None]


class TooManyLinesError(Exception):
    """A diff that is too long for a page; the argument is the number of its changed lines."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Table rows, with the range of old lines that they show."""

    first: int
    last: int
    rows: str


@dataclass(frozen=True, slots=True)
class _Side:
    lines: Sequence[str]
    spans: Mapping[int, list[Span]]


def hunks(path: str, old: bytes, new: bytes) -> Iterator[Hunk]:
    """Yield the changed parts of a file with a few lines of context; raise ``TooManyLinesError`` for many lines."""
    before, after = _side(path, old), _side(path, new)
    found = line_diff.blocks(before.lines, after.lines)
    number = sum(max(end_a - a, end_b - b) for tag, a, end_a, b, end_b in found if tag != "equal")
    if number > _MOST:
        raise TooManyLinesError(number)
    for group in line_diff.grouped(found, _CONTEXT):
        rows = "".join(_rows(before, after, group))
        yield Hunk(group[0][1] + 1, group[-1][2], rows)


def decoded(data: bytes) -> str:
    """Return the text of a file; bytes that cannot be decoded become replacement characters."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        encoding = "utf-8"
    return data.decode(encoding, "replace").replace("\r\n", "\n")


def _side(path: str, data: bytes) -> _Side:
    text = decoded(data)
    lines = text.split("\n")
    has_colors = path.endswith(".py") and max(map(len, lines)) <= _TOKENIZED
    return _Side(lines, spans(text) if has_colors else {})


def _rows(before: _Side, after: _Side, group: Sequence[tuple[str, int, int, int, int]]) -> Iterator[str]:
    for tag, a_start, a_end, b_start, b_end in group:
        if tag == "equal":
            pairs: Iterable[_Pair] = zip(range(a_start, a_end), range(b_start, b_end), strict=True)
        else:
            pairs = _aligned(before.lines, after.lines, range(a_start, a_end), range(b_start, b_end))
        for a, b in pairs:
            marks_a, marks_b = _marks(before, after, a, b) if tag == "replace" else ([], [])
            left = _cell(before, a, "old" if tag != "equal" else "", marks_a)
            right = _cell(after, b, "new" if tag != "equal" else "", marks_b)
            yield f"<tr>{left}{right}</tr>"


def _aligned(old: Sequence[str], new: Sequence[str], left: range, right: range) -> Iterator[_Pair]:
    """Yield pairs of lines to show in one row, aligned for the highest total similarity."""
    if len(left) * len(right) > _ALIGNED:
        yield from zip_longest(left, right)
        return
    # best[i][j] is the highest total similarity of the lines from i and j on.
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            together = best[i + 1][j + 1] + _likeness(old[left[i]], new[right[j]])
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(left) and j < len(right):
        alike = _likeness(old[left[i]], new[right[j]])
        if alike and best[i][j] == best[i + 1][j + 1] + alike:
            yield left[i], right[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield left[i], None
            i += 1
        else:
            yield None, right[j]
            j += 1
    yield from ((index, None) for index in left[i:])
    yield from ((None, index) for index in right[j:])


def _likeness(a: str, b: str) -> float:
    """Return which share of two lines is their common beginning and end; 0 for lines that are not alike."""
    a, b = a.strip(), b.strip()
    if not a or not b or max(len(a), len(b)) > _LONG:
        return 0.0
    ratio = 2 * sum(_common_ends(a, b)) / (len(a) + len(b))
    return ratio if ratio >= _ALIKE else 0.0


def _common_ends(a: str, b: str) -> tuple[int, int]:
    """Return the lengths of the common beginning of two lines and of the common end of the rest."""
    start = _common(a, b)
    return start, _common(a[start:][::-1], b[start:][::-1])


def _common(a: str, b: str) -> int:
    return next((number for number, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _marks(before: _Side, after: _Side, a: int | None, b: int | None) -> tuple[list[Span], list[Span]]:
    """Return the parts of two similar lines that differ."""
    if a is None or b is None or not _likeness(before.lines[a], after.lines[b]):
        return [], []
    old, new = before.lines[a], after.lines[b]
    start, end = _common_ends(old, new)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    changed = [("replace", 0, len(old), 0, len(new))]
    if len(old) * len(new) <= _COMPARED:
        changed = [*difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()]
    marked = [code for code in changed if code[0] != "equal"]
    return (
        [Span(start + c[1], start + c[2], "mark") for c in marked],
        [Span(start + c[3], start + c[4], "mark") for c in marked],
    )


def _cell(side: _Side, index: int | None, kind: str, marks: Sequence[Span]) -> str:
    if index is None:
        return '<td class="n"></td><td class="void"></td>'
    code = _colored(side.lines[index], side.spans.get(index + 1, []), marks)
    # A sign in addition to the colour, because not every reader or printer can tell red from green.
    sign = {"old": "-", "new": "+"}.get(kind, "")
    return f'<td class="n">{index + 1}</td><td class="{kind}" data-sign="{sign}"><code>{code}</code></td>'


def _colored(line: str, kinds: Sequence[Span], marks: Sequence[Span]) -> str:
    if len(line) > _LONG:
        return safe_text.html_source(line)
    cuts = sorted({0, len(line), *(min(p, len(line)) for s in (*kinds, *marks) for p in (s.start, s.end))})
    parts: list[str] = []
    for start, end in pairwise(cuts):
        text = safe_text.html_source(line[start:end])
        kind = next((span.kind for span in kinds if span.start <= start and end <= span.end), None)
        if kind:
            text = f'<span class="{kind}">{text}</span>'
        if any(span.start <= start and end <= span.end for span in marks):
            text = f"<mark>{text}</mark>"
        parts.append(text)
    return "".join(parts)
