"""Adds a name to a ``from`` import."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import libcst as cst

from asyncshim_codemods.syntax.tree import dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def adding(name: str, asname: cst.AsName | None = None) -> Callable[[cst.CSTNode], cst.CSTNode]:
    """Return a change of a ``from`` import that adds ``name`` at its sorted position, or ``name as asname``."""

    def how(node: cst.CSTNode) -> cst.CSTNode:
        statement = cast("cst.ImportFrom", node)
        assert not isinstance(statement.names, cst.ImportStar)
        names = list(statement.names)
        written = [dotted(each.name) or "" for each in names]
        if name in written and asname is None:
            return node
        at = next((i for i, each in enumerate(written) if each > name), len(names))
        separator = _separator(statement, names)
        new = cst.ImportAlias(cst.Name(name), asname=asname, comma=separator)
        if at == len(names):
            new = new.with_changes(comma=names[-1].comma)
            names[-1] = names[-1].with_changes(comma=separator)
        return statement.with_changes(names=[*names[:at], new, *names[at:]])

    return how


def _separator(statement: cst.ImportFrom, names: Sequence[cst.ImportAlias]) -> cst.Comma:
    """Return a comma with the white space between the names of this import, without comments."""
    space: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    first = names[0].comma
    if len(names) > 1 and isinstance(first, cst.Comma):
        space = first.whitespace_after
    elif statement.lpar is not None:
        space = statement.lpar.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace):
        space = space.with_changes(first_line=cst.TrailingWhitespace(newline=space.first_line.newline), empty_lines=())
    return cst.Comma(whitespace_after=space if space.empty is False else cst.SimpleWhitespace(" "))
