"""Turns ``loop.run_until_complete(x)`` into ``await x``, with parentheses, lines and comments."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, cast

import libcst as cst

from asyncshim_codemods.syntax.tree import has_comment

if TYPE_CHECKING:
    from collections.abc import Callable

    from asyncshim_codemods.syntax.index import Index

# These bind at least as tightly as the operand of `await` has to.
_TIGHT = (
    cst.Attribute,
    cst.Call,
    cst.ConcatenatedString,
    cst.Dict,
    cst.FormattedString,
    cst.List,
    cst.Name,
    cst.Set,
    cst.SimpleString,
    cst.Subscript,
)
# In these, `await x` would mean `await (x…)`.
_AROUND = (cst.Attribute, cst.Call, cst.Subscript, cst.Await)
# In these, no word can follow a value.
_APART = (cst.AnnAssign, cst.Arg, cst.Assign, cst.Expr, cst.Return)
_NOTHING = cst.SimpleWhitespace("")


def awaiting(index: Index, call: cst.Call) -> Callable[[cst.CSTNode], cst.CSTNode] | None:
    """Return the change of ``call`` into an ``await`` of its only argument; None if a comment would be lost."""
    if has_comment(call.whitespace_after_func) or has_comment(call.args[0].whitespace_after_star):
        return None
    comma = call.args[0].comma
    if isinstance(comma, cst.Comma) and has_comment(comma.whitespace_before):
        return None
    parent = index.parents[call]
    tight = not call.lpar and (isinstance(parent, _AROUND) or _is_glued(index, parent, call))
    removed = len(index.module.code_for_node(call.func)) + 1 - len("await ")

    def how(node: cst.CSTNode) -> cst.CSTNode:
        edited = cast("cst.Call", node)
        operand, opening, closing = _operand(edited, removed, len(index.module.default_indent))
        if _needs_parentheses(operand, opening, closing):
            operand = _in_parentheses(operand, opening, closing)
        new = cst.Await(operand, lpar=edited.lpar, rpar=edited.rpar)
        return _in_parentheses(new, _NOTHING, _NOTHING) if tight else new

    return how


def _operand(
    call: cst.Call, removed: int, level: int
) -> tuple[cst.BaseExpression, cst.BaseParenthesizableWhitespace, cst.BaseParenthesizableWhitespace]:
    """Return the argument in its new place, and the white space around it that stays."""
    argument = call.args[0]
    opening = call.whitespace_before_args
    after = argument.comma.whitespace_after if isinstance(argument.comma, cst.Comma) else _NOTHING
    closing = argument.whitespace_after_arg if after.empty else after
    if has_comment(opening) or has_comment(closing):
        return argument.value, opening, closing
    moves_up = isinstance(opening, cst.ParenthesizedWhitespace)
    value = argument.value.visit(
        _Moved(_depth(opening, after, closing) or level if moves_up else removed, aligned=not moves_up)
    )
    assert isinstance(value, cst.BaseExpression)
    return value, _NOTHING, _NOTHING


def _depth(opening: cst.BaseParenthesizableWhitespace, *closing: cst.BaseParenthesizableWhitespace) -> int:
    """Return the indentation of the argument relative to the call's line, or 0 if it is unknown."""
    spaces = [each for each in (opening, *closing) if isinstance(each, cst.ParenthesizedWhitespace) and each.indent]
    return max(0, len(spaces[0].last_line.value) - len(spaces[-1].last_line.value)) if len(spaces) > 1 else 0


class _Moved(cst.CSTTransformer):
    """Shifts the continuation lines of an expression that moves to another line, or to the left.

    If the expression stays on its line, only lines ``aligned`` with an opening bracket move.
    """

    def __init__(self, columns: int, *, aligned: bool) -> None:
        super().__init__()
        self._columns = columns
        self._least = columns + aligned

    def on_leave(
        self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT
    ) -> cst.CSTNodeT | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNodeT]:
        """Shift one line, and the comment lines before it."""
        left = super().on_leave(original_node, updated_node)
        if not isinstance(left, cst.ParenthesizedWhitespace):
            return left
        return left.with_changes(
            last_line=self._shifted(left.last_line, indent=left.indent),
            empty_lines=[
                line.with_changes(whitespace=self._shifted(line.whitespace, indent=line.indent))
                for line in left.empty_lines
            ],
        )

    def _shifted(self, space: cst.SimpleWhitespace, *, indent: bool) -> cst.SimpleWhitespace:
        if not indent:
            return space
        moves = len(space.value) >= self._least and not space.value[: self._columns].strip(" \t")
        return cst.SimpleWhitespace(space.value[self._columns :]) if moves else space


def _needs_parentheses(
    operand: cst.BaseExpression,
    opening: cst.BaseParenthesizableWhitespace,
    closing: cst.BaseParenthesizableWhitespace,
) -> bool:
    if has_comment(opening) or has_comment(closing):
        return True
    if operand.lpar:
        return False
    return not isinstance(operand, _TIGHT) or not _is_one_line(operand)


def _is_one_line(operand: cst.BaseExpression) -> bool:
    """Return whether the operand reads as one logical line without brackets around it."""
    code = cst.Module([]).code_for_node(operand)
    if "\n" not in code and "\r" not in code:
        return True
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(f"async def _():\n await {code}\n")
    except (SyntaxError, ValueError):
        return False
    return True


def _in_parentheses(
    node: cst.BaseExpression, opening: cst.BaseParenthesizableWhitespace, closing: cst.BaseParenthesizableWhitespace
) -> cst.BaseExpression:
    return node.with_changes(
        lpar=[cst.LeftParen(whitespace_after=opening), *node.lpar],
        rpar=[*node.rpar, cst.RightParen(whitespace_before=closing)],
    )


def _is_glued(index: Index, parent: cst.CSTNode, call: cst.Call) -> bool:
    """Return whether a word follows the call's closing bracket without a space (``run(x)if y else z``)."""
    if isinstance(parent, _APART):
        return False
    code, own = (index.module.code_for_node(node) for node in (parent, call))
    return re.search(re.escape(own) + r"\w", code) is not None
