"""Removes elements of comma-separated lists, with the commas, lines and comments around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import libcst as cst

from asyncshim_codemods.edits.stale_comments import worth_keeping
from asyncshim_codemods.syntax.tree import has_comment

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Space = cst.BaseParenthesizableWhitespace
T = TypeVar("T", bound=cst.CSTNode)


def drop(
    items: Sequence[T], gone: Collection[cst.CSTNode], opening: Space, closing: Space
) -> tuple[list[T], Space, Space]:
    """Return ``items`` without those in ``gone``, and the white space inside the opening and closing bracket.

    ``closing`` is the bracket's own white space; where LibCST keeps the last gap elsewhere (after the last comma, in
    the last argument or parameter), it is put back there.
    """
    kept: list[T] = []
    gap = opening
    for item in items[:-1]:
        if item not in gone:
            if not kept:
                opening = _at_bracket(opening, gap)
            kept.append(item)
            gap = _comma_space(item)
        else:
            gap = _merge(gap, _comma_space(item))
        if kept:
            kept[-1] = _with_gap(kept[-1], gap)
    last = items[-1]
    if last not in gone:
        return [*kept, last], opening if kept else _at_bracket(opening, gap), closing
    slot, end = _last_gap(last, closing)
    if not kept:
        rest = _merge(gap, end)
        left = rest if isinstance(rest, cst.ParenthesizedWhitespace) and has_comment(rest) else _EMPTY
        return [], left, _EMPTY
    end = _before_bracket(gap, end)
    if _has_comma(last):
        kept[-1] = _with_gap(kept[-1], end if slot == "comma" else _EMPTY)
    else:
        field = _tail_field(kept[-1]) if slot == "tail" else None
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT, **({field: end} if field else {}))
    return kept, opening, end if slot == "closing" else closing


def _last_gap(last: cst.CSTNode, closing: Space) -> tuple[str, Space]:
    """Return where LibCST keeps the white space before the closing bracket, and that white space."""
    if _has_comma(last) and isinstance(closing, cst.SimpleWhitespace):
        return "comma", _comma_space(last)
    field = _tail_field(last)
    return ("closing", closing) if field is None else ("tail", getattr(last, field))


def _tail_field(item: cst.CSTNode) -> str | None:
    """Return the field for the white space after an item without a comma, where its type has one."""
    fields = ("whitespace_after_arg", "whitespace_after_param", "whitespace_after")
    return next((field for field in fields if hasattr(item, field)), None)


def _at_bracket(opening: Space, gap: Space) -> Space:
    """Return the white space after the opening bracket if the first items are removed."""
    if isinstance(opening, cst.SimpleWhitespace) and isinstance(gap, cst.ParenthesizedWhitespace):
        return gap if has_comment(gap) else opening
    return gap


def _before_bracket(gap: Space, end: Space) -> Space:
    """Return the white space before the closing bracket if the last item is removed."""
    if not isinstance(gap, cst.ParenthesizedWhitespace):
        return end
    if isinstance(end, cst.ParenthesizedWhitespace):
        return _merge(gap, end)
    return gap if has_comment(gap) else end


_EMPTY = cst.SimpleWhitespace("")


def _merge(before: Space, after: Space) -> Space:
    """Return one gap for the two around a removed item, with the comments of both."""
    if not isinstance(after, cst.ParenthesizedWhitespace):
        return before
    if not isinstance(before, cst.ParenthesizedWhitespace):
        return after
    own_line = [
        cst.EmptyLine(indent=before.indent, whitespace=before.last_line, comment=after.first_line.comment)
        for _ in range(worth_keeping(after.first_line.comment))
    ]
    return after.with_changes(
        first_line=before.first_line, empty_lines=[*before.empty_lines, *own_line, *after.empty_lines]
    )


def _has_comma(item: cst.CSTNode) -> bool:
    return isinstance(getattr(item, "comma", None), cst.Comma)


def _comma_space(item: cst.CSTNode) -> Space:
    comma = getattr(item, "comma", None)
    return comma.whitespace_after if isinstance(comma, cst.Comma) else _EMPTY


def _with_gap(item: T, space: Space) -> T:
    comma = getattr(item, "comma", None)
    return item.with_changes(comma=comma.with_changes(whitespace_after=space)) if isinstance(comma, cst.Comma) else item
