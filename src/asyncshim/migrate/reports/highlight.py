"""Syntax highlighting: keywords, strings, comments, numbers and decorators of a Python file, by line."""

from __future__ import annotations

import io
import keyword
import token
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_STRINGS = {
    token.STRING,
    *(getattr(token, name) for name in dir(token) if name.startswith(("FSTRING_", "TSTRING_"))),
}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of columns in one line, with its kind of token."""

    start: int
    end: int
    kind: str


def spans(text: str) -> Mapping[int, list[Span]]:
    """Return the spans by line number, from 1; text after a tokenizer error has no spans."""
    found: defaultdict[int, list[Span]] = defaultdict(list)
    try:
        for start, end, kind in _tokens(text):
            for line in range(start[0], end[0] + 1):
                first = start[1] if line == start[0] else 0
                last = end[1] if line == end[0] else 1_000_000
                found[line].append(Span(first, last, kind))
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):  # the last one since Python 3.15
        pass
    return found


def _tokens(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int], str]]:
    decorates = False
    for one in tokenize.generate_tokens(io.StringIO(text).readline):
        if one.type == token.OP and one.string == "@" and not one.line[: one.start[1]].strip():
            decorates = True
        elif decorates and not (one.type == token.NAME or one.string == "."):
            decorates = False
        kind = _kind(one, decorates=decorates)
        if kind is not None:
            yield one.start, one.end, kind


def _kind(one: tokenize.TokenInfo, *, decorates: bool) -> str | None:
    if decorates:
        return "decorator"
    if one.type in _STRINGS:
        return "string"
    if one.type == token.COMMENT:
        return "comment"
    if one.type == token.NUMBER:
        return "number"
    if one.type == token.NAME and keyword.iskeyword(one.string):
        return "keyword"
    return None
