"""Edits of TOML elements: take a pair or neighbours in an array out with the right commas, add a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from asyncshim_codemods.config.toml_spans import Item
from asyncshim_codemods.source.config_text import Edit, Source, delete_lines

_COMMA = re.compile(r"(?:\s|#[^\n]*)*,")


def remove_pair(source: Source, item: Item) -> list[Edit]:
    """Take the whole lines of a ``key = value`` of a table out, with a comment behind it."""
    return delete_lines(source, range(source.line(item.start), source.line(item.value_end - 1) + 1))


def insert_line(source: Source, after_line: int, text: str) -> Edit:
    """Add a line below that one, with that one's line end."""
    _, end = source.line_span(after_line)
    newline = source.newline_at(after_line)
    complete = source.text[:end].endswith(("\n", "\r"))
    return Edit(end, end, text + newline if complete else newline + text)


def remove_members(source: Source, siblings: Sequence[Item], doomed: Sequence[Item]) -> list[Edit]:
    """Take elements out of an array (or pairs out of an inline table): whole lines where they stand alone on theirs."""
    edits: list[Edit] = []
    run: list[int] = []
    for index, member in enumerate(siblings):
        if member not in doomed:
            edits += _remove_run(source, siblings, run)
            run = []
        elif _alone(source, member):
            edits += _remove_run(source, siblings, run)
            run = []
            edits += delete_lines(source, range(source.line(member.start), source.line(member.value_end - 1) + 1))
        else:
            run.append(index)
    return edits + _remove_run(source, siblings, run)


def _alone(source: Source, member: Item) -> bool:
    """Whether the member, its comma (if any) and a comment are all that its lines hold."""
    line_start, _ = source.line_span(source.line(member.start))
    _, line_end = source.line_span(source.line(member.value_end - 1))
    after = _after_comma(source, member)
    if source.text[line_start : member.start].strip() or (after is not None and after > line_end):
        return False
    rest = source.text[after or member.value_end : line_end].strip()
    return not rest or rest.startswith("#")


def _after_comma(source: Source, member: Item) -> int | None:
    """Where the member's comma ends; blanks and comments may stand before it."""
    match = _COMMA.match(source.text, member.value_end, member.holder_end)
    return None if match is None else match.end()


def _remove_run(source: Source, siblings: Sequence[Item], run: Sequence[int]) -> list[Edit]:
    """Take neighbours out that share their line with something else, and the commas that they leave over."""
    if not run:
        return []
    first, last = siblings[run[0]], siblings[run[-1]]
    before = siblings[run[0] - 1] if run[0] else None
    after = siblings[run[-1] + 1] if run[-1] + 1 < len(siblings) else None
    if after is not None and source.line(after.start) == source.line(last.value_end - 1):
        return [Edit(first.start, after.start)]
    if before is not None and source.line(before.value_end - 1) == source.line(first.start):
        return [Edit(before.value_end, last.value_end)]
    return [Edit(first.start, _after_comma(source, last) or last.value_end)]
