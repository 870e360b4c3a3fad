"""The places in a file's text that rules look for, found without parsing: words, and what surrounds them.

A rule that is about other words adds them here. Where it forgets, its own tests fail: they run it on slices, too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# What rules look for, wherever it stands: names, attributes, strings. `asyncio` is looked at more closely.
_HOT = re.compile(
    r"\b(?:event_loop|event_loop_policy|\w*pytest_asyncio\w*|asyncio_\w+|pytestmark|pytest_plugins|__all__|"
    r"is_async_test|addinivalue_line|anyio|trio|twisted|tornado|gen_test|django_db|eval|exec|locals|vars|"
    r"(?P<asyncio>asyncio))\b"
)
_IMPORT = re.compile(r"[ \t]*(?:from[ \t]+[\w.]+[ \t]+import\b|import[ \t])")


class HotLines:
    """The lines of a text, counted from 1, on which a relevant word stands."""

    def __init__(self, text: str, lines: Sequence[str]) -> None:
        self._text = text
        self._starts = [*accumulate((len(line) + 1 for line in lines), initial=0)]
        self._known: set[str] = set()
        self._lines = sorted({bisect_right(self._starts, at) for at in hot_places(text)})

    def add(self, names: Iterable[str]) -> bool:
        """Take in the lines with further names; whether there was any new one among them."""
        fresh = {*names} - self._known
        self._known |= fresh
        found = {bisect_right(self._starts, at) for name in fresh for at in _places(self._text, name)}
        self._lines = sorted(found.union(self._lines))
        return bool(fresh)

    def touch(self, first: int, last: int) -> bool:
        """Whether there is a relevant word on these lines."""
        at = bisect_right(self._lines, first - 1)
        return at < len(self._lines) and self._lines[at] <= last


def hot_places(text: str) -> Iterator[int]:
    """The offsets of relevant words."""
    for match in _HOT.finditer(text):
        if match["asyncio"] is None or not _is_module(text, match.start(), match.end()):
            yield match.start()


def _is_module(text: str, start: int, end: int) -> bool:
    """Whether ``asyncio`` at this place is surely a module, not the marker's attribute or a string."""
    if _IMPORT.match(text, text.rfind("\n", 0, start) + 1):
        return True
    before = text[max(0, start - 60) : start].rstrip(" \t\r\n\\")[-1:]
    return before not in {".", "'", '"', ""} and text[end : end + 1] == "."


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not any(each == "_" or each.isalnum() for each in (text[max(0, at - 1) : at], text[end : end + 1])):
            yield at
        at = text.find(word, end)
