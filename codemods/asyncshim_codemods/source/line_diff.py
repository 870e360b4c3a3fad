"""Compare two lists of lines in nearly linear time, also those for which ``difflib`` needs hours.

``difflib`` compares short lists only: its time grows with the pairs of equal lines, and a file may consist of blank
lines. Longer lists are cut at lines that both of them hold once, as in patience diff.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Lines = Sequence[str] | Sequence[bytes]

Block = tuple[str, int, int, int, int]
"""As ``SequenceMatcher.get_opcodes`` has them: a tag, the range of old lines and the range of new ones."""
# The greatest number of pairs of lines that `difflib` compares: of whole lists, and of parts, which may be many.
_WHOLE, _PART = 40_000, 2_500
_LEVELS = 3


def blocks(old: Lines, new: Lines) -> list[Block]:
    """Return the equal parts and the different ones, in order. A part that takes too long to compare is replaced."""
    if len(old) * len(new) <= _WHOLE:
        return [*SequenceMatcher(None, old, new, autojunk=False).get_opcodes()]
    result: list[Block] = []
    a = b = 0
    for start_a, start_b, size in _joined(_equal(old, new, (0, len(old), 0, len(new)), _LEVELS)):
        result += _different(a, start_a, b, start_b)
        a, b = start_a + size, start_b + size
        result.append(("equal", start_a, a, start_b, b))
    return result + _different(a, len(old), b, len(new))


def grouped(found: Sequence[Block], context: int) -> Iterator[list[Block]]:
    """Yield the different parts with up to ``context`` equal lines before and after each group of them."""
    group: list[Block] = []
    for number, (tag, a, end_a, b, end_b) in enumerate(found):
        if tag != "equal" or (group and end_a - a <= 2 * context and number < len(found) - 1):
            group.append((tag, a, end_a, b, end_b))
            continue
        size = min(context, end_a - a)
        if group:
            yield [*group, (tag, a, a + size, b, b + size)]
        group = [(tag, end_a - size, end_a, end_b - size, end_b)]
    if group and group[-1][0] != "equal":
        yield group


def _different(a: int, end_a: int, b: int, end_b: int) -> list[Block]:
    if a == end_a and b == end_b:
        return []
    tag = "insert" if a == end_a else "delete" if b == end_b else "replace"
    return [(tag, a, end_a, b, end_b)]


def _joined(parts: Iterator[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield equal parts, as one where they follow each other without a gap."""
    a = b = size = 0
    for next_a, next_b, more in parts:
        if (next_a, next_b) == (a + size, b + size):
            size += more
            continue
        if size:
            yield a, b, size
        a, b, size = next_a, next_b, more
    if size:
        yield a, b, size


def _equal(old: Lines, new: Lines, part: tuple[int, int, int, int], levels: int) -> Iterator[tuple[int, int, int]]:
    """Yield the beginnings and the length of equal parts between two lines of each list, in order."""
    a, end_a, b, end_b = part
    size = 0
    while a + size < end_a and b + size < end_b and old[a + size] == new[b + size]:
        size += 1
    yield a, b, size
    a, b, size = a + size, b + size, 0
    while a < end_a - size and b < end_b - size and old[end_a - size - 1] == new[end_b - size - 1]:
        size += 1
    end_a, end_b = end_a - size, end_b - size
    if (end_a - a) * (end_b - b) <= _PART:
        matcher = SequenceMatcher(None, old[a:end_a], new[b:end_b], autojunk=False)
        yield from ((a + one.a, b + one.b, one.size) for one in matcher.get_matching_blocks())
    elif levels:
        anchors = _anchors(old[a:end_a], new[b:end_b])
        for next_a, next_b in [*((a + x, b + y) for x, y in anchors), *([(end_a, end_b)] if anchors else [])]:
            # An anchor is the first line of the part that begins with it.
            yield from _equal(old, new, (a, next_a, b, next_b), levels - 1)
            a, b = next_a, next_b
    yield end_a, end_b, size


def _anchors(old: Lines, new: Lines) -> list[tuple[int, int]]:
    """Return the places of lines that both lists hold once: the longest series with the same order in both."""
    once = {line for line, number in Counter(new).items() if number == 1}
    once &= {line for line, number in Counter(old).items() if number == 1}
    places = {line: b for b, line in enumerate(new) if line in once}
    pairs = [(a, places[line]) for a, line in enumerate(old) if line in once]
    ends: list[int] = []  # the lowest end of a series of each length
    last: list[int] = []  # the pair at that end
    before: list[int] = []
    for number, (_, b) in enumerate(pairs):
        length = bisect_left(ends, b)
        ends[length : length + 1] = [b]
        last[length : length + 1] = [number]
        before.append(last[length - 1] if length else -1)
    series: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        series.append(pairs[number])
        number = before[number]
    return series[::-1]
