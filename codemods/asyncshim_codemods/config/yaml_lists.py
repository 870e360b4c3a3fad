"""The lists of scalars in a YAML file, with their spans: as much of YAML as dependency files are made of.

Keys with block lists (``- item``) and flow lists (``[item, item]``) are read. Block scalars, anchors and anything else
are passed over; nothing in them is ever edited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from asyncshim_codemods.source.config_text import ConfigText

_KEY = re.compile(r"(?P<dashes>(?:-\s+)*)(?P<key>[\w.-]+|\"[^\"]*\"|'[^']*')\s*:(?:\s+(?P<rest>.*))?$")
_DASH = re.compile(r"-\s+(?P<rest>.*)$")
_SCALAR = re.compile(r"""(?P<text>"[^"\\]*"|'[^']*'|[^\s\[\]{}"'#&*!|>%@`,][^\[\]{}]*?)(?P<comment>\s+\#.*)?$""")
_GAP = r"(?:\s|(?<=\s)#[^\n]*)*"
_FLOW_ITEM = re.compile(_GAP + r"""(?:"([^"\\]*)"|'([^']*)'|([^\s\[\]{},"'#][^\[\]{},#]*?))(?=""" + _GAP + r"[,\]])")
_FLOW_NEXT = re.compile(_GAP + ",?")
_FLOW_END = re.compile(_GAP + r"\]")
_BLOCK_TEXT = re.compile(r"(?:^|\s)[|>][+-]?\d*\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One scalar of a list: the keys above it, its span without quotes, its line, and whether it stands in brackets.

    ``holder`` is where the list begins, the same for all of its entries.
    """

    keys: tuple[str, ...]
    text: str
    start: int
    end: int
    line: int
    holder: int
    flow: bool


@dataclass(frozen=True, slots=True)
class _Level:
    indent: int
    key: str
    start: int


def read_lists(source: ConfigText) -> list[ListEntry]:
    """Return every scalar in a list, in the order of the text."""
    entries: list[ListEntry] = []
    levels: list[_Level] = []
    text_indent: int | None = None
    line = 1
    while line <= source.line_count:
        raw = source.line_text(line)
        content = raw.strip()
        indent = len(raw) - len(raw.lstrip())
        if not content or content.startswith("#") or (text_indent is not None and indent > text_indent):
            line += 1
            continue
        text_indent = indent if _BLOCK_TEXT.search(content) else None
        start = source.starts[line - 1] + indent
        line = _read_line(source, line, start, content, levels, entries)
    return entries


def _read_line(
    source: ConfigText, line: int, start: int, content: str, levels: list[_Level], entries: list[ListEntry]
) -> int:
    """Read one key or list item; return the number of the line to continue with."""
    indent = start - source.starts[line - 1]
    dash = _DASH.match(content)
    # A list may stand at the same indentation as its key.
    while levels and (levels[-1].indent > indent or (levels[-1].indent == indent and not dash)):
        levels.pop()
    key = _KEY.match(content)
    if key is not None:
        levels.append(_Level(indent + len(key["dashes"]), key["key"].strip("\"'"), start))
        rest = key["rest"] or ""
        if rest.startswith("["):
            return _read_flow(source, start + key.start("rest"), levels, entries)
    elif dash is not None and (scalar := _SCALAR.match(dash["rest"])):
        token = scalar["text"]
        quoted = token[:1] in {'"', "'"}
        at = start + dash.start("rest") + quoted
        text = token[1:-1] if quoted else token
        keys = tuple(level.key for level in levels)
        holder = levels[-1].start if levels else 0
        entries.append(ListEntry(keys, text, at, at + len(text), line, holder, flow=False))
    return line + 1


def _read_flow(source: ConfigText, opened: int, levels: list[_Level], entries: list[ListEntry]) -> int:
    """Read ``[a, b]``, on one line or several; a list that holds more than scalars is passed over."""
    at, found = opened + 1, list[ListEntry]()
    keys = tuple(level.key for level in levels)
    while match := _FLOW_ITEM.match(source.text, at):
        start, end = match.span(match.lastindex or 3)
        found.append(ListEntry(keys, source.text[start:end], start, end, source.line(start), opened, flow=True))
        following = _FLOW_NEXT.match(source.text, match.end())
        at = following.end() if following else match.end()
    closing = _FLOW_END.match(source.text, at)
    if closing is not None:
        entries += found
        return source.line(closing.end()) + 1
    return source.line(at) + 1
