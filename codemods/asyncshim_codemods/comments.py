"""Comments that talk to asyncshim (``ignore[CODE]``, ``TODO(asyncshim)``), and those that edits must not lose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits import Change, Remove, Replace
from asyncshim_codemods.nodes import comments_in
from asyncshim_codemods.sequences import worth_keeping
from asyncshim_codemods.source import split_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from asyncshim_codemods.edits import Edit
    from asyncshim_codemods.index import Index
    from asyncshim_codemods.source import Statement

_IGNORE = re.compile(r"#\s*asyncshim:\s*ignore(?:\[([^\]]*)\])?")
_TODO = re.compile(r"#\s*TODO\(asyncshim\):\s*(\w+)")


def suppressed_codes(text: str) -> Mapping[int, frozenset[str]]:
    """For each 1-based line with an ignore comment, the codes it names; empty for all codes."""
    if "asyncshim:" not in text:
        return {}
    found: dict[int, frozenset[str]] = {}
    for number, line in enumerate(split_lines(text), 1):
        match = _IGNORE.search(line)
        if match:
            found[number] = frozenset(code.strip() for code in (match[1] or "").split(",") if code.strip())
    return found


def is_suppressed(suppressed: Mapping[int, frozenset[str]], code: str, first_line: int, last_line: int) -> bool:
    """Whether a finding of ``code`` on these lines is to be kept as it is."""
    for line in range(first_line, last_line + 1):
        codes = suppressed.get(line)
        if codes is not None and (not codes or any(code.startswith(each) for each in codes)):
            return True
    return False


def rescued(index: Index, edits: Sequence[Edit], module: cst.Module) -> list[Edit]:
    """Changes that put comments which the edits would lose above the statements that they stood in.

    ``module`` is what the edits make of the file. The comments of a function or class that goes may go with it.
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
    return [Change(statement, _add_lines(comments)) for statement, comments in lost.items()]


def _add_lines(comments: Iterable[cst.Comment]) -> Callable[[cst.CSTNode], cst.CSTNode]:
    lines = [cst.EmptyLine(comment=comment) for comment in dict.fromkeys(comments)]

    def how(node: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        return node.with_changes(leading_lines=[*node.leading_lines, *lines])

    return how


def add_todo(code: str, reason: str, header: Iterable[cst.EmptyLine]) -> Callable[[cst.CSTNode], cst.CSTNode]:
    """A change that puts the to-do comment above a statement, unless one for this code is there already.

    ``header`` holds further lines that are known to stand above the statement (the file's first comments).
    """

    def how(node: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        for line in (*header, *node.leading_lines):
            match = _TODO.match(line.comment.value) if line.comment is not None else None
            if match and match[1] == code:
                return node
        todo = cst.EmptyLine(comment=cst.Comment(f"# TODO(asyncshim): {code} {reason}"))
        return node.with_changes(leading_lines=[*node.leading_lines, todo])

    return how
