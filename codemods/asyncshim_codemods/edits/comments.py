"""The comments ``TODO(asyncshim)`` that ``--todo`` adds, and comments that edits must not lose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Modify, Remove, Replace
from asyncshim_codemods.edits.stale_comments import worth_keeping
from asyncshim_codemods.results import TODO_COMMENT
from asyncshim_codemods.syntax.tree import comments_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.source.layout import Statement
    from asyncshim_codemods.syntax.index import Index


def rescued(index: Index, edits: Sequence[Edit], module: cst.Module) -> list[Edit]:
    """Return changes that move comments which the edits would lose above their statements.

    ``module`` is the edited file. The comments of a removed function or class may be removed with it.
    """
    doomed: list[tuple[cst.Comment, cst.CSTNode]] = []
    for edit in edits:
        if isinstance(edit, Remove | Replace) and not isinstance(edit.node, cst.BaseCompoundStatement):
            doomed += [(each, edit.node) for each in comments_in(edit.node) if worth_keeping(each)]
    if not doomed:
        return []
    kept = set(comments_in(module))
    lost: dict[Statement, list[cst.Comment]] = {}
    for comment, node in doomed:
        if comment not in kept:
            lost.setdefault(index.statement(node), []).append(comment)
    return [Modify(statement, _add_lines(comments)) for statement, comments in lost.items()]


def _add_lines(comments: Iterable[cst.Comment]) -> Callable[[cst.CSTNode], cst.CSTNode]:
    lines = [cst.EmptyLine(comment=comment) for comment in dict.fromkeys(comments)]

    def how(node: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        return node.with_changes(leading_lines=[*node.leading_lines, *lines])

    return how


def add_todo(code: str, text: str, header: Iterable[cst.EmptyLine]) -> Callable[[cst.CSTNode], cst.CSTNode]:
    """Return a change that adds the to-do comment ``text`` above a statement, unless it has one for this code.

    ``header`` holds further lines above the statement (the first comments of the file).
    """

    def how(node: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        for line in (*header, *node.leading_lines):
            match = TODO_COMMENT.match(line.comment.value) if line.comment is not None else None
            if match and match["code"] == code:
                return node
        todo = cst.EmptyLine(comment=cst.Comment(text))
        return node.with_changes(leading_lines=[*node.leading_lines, todo])

    return how
