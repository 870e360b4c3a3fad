"""Joins a signature or call that lost a part and fits on one line now, as black and ruff do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import libcst as cst

from asyncshim_codemods.syntax.tree import comments_in

if TYPE_CHECKING:
    from collections.abc import Sequence

# The limit of black and ruff without settings. A project with a longer one joins more by itself.
_WIDTH = 88
_NOTHING = cst.SimpleWhitespace("")
_WITH_VALUE = (cst.AnnAssign, cst.Assert, cst.Assign, cst.AugAssign, cst.Expr, cst.Return)
_KEEP_BRACKETS = (cst.GeneratorExp, cst.NamedExpr, cst.Tuple, cst.Yield)
_Item = TypeVar("_Item", bound=cst.CSTNode)


def join_signature(function: cst.FunctionDef, column: int) -> cst.FunctionDef:
    """Return the function with its parameters on one line, if they were below the bracket and fit now."""
    parameters = function.params
    plain = (
        not parameters.posonly_params
        and not parameters.kwonly_params
        and parameters.star_kwarg is None
        and not isinstance(parameters.star_arg, cst.Param | cst.ParamStar)
        and isinstance(function.body, cst.IndentedBlock)
    )
    space = function.whitespace_before_params
    if not plain or not _is_loose(space, parameters.params) or comments_in(parameters) or comments_in(space):
        return function
    joined = function.with_changes(
        whitespace_before_params=_NOTHING,
        params=parameters.with_changes(params=_on_one_line(parameters.params, "whitespace_after_param")),
    )
    head = joined.with_changes(
        decorators=(), leading_lines=(), lines_after_decorators=(), body=cst.SimpleStatementSuite([cst.Pass()])
    )
    code = cst.Module([head]).code.removesuffix(" pass\n")
    length = column + len(code) + (0 if function.asynchronous is not None else len("async "))
    return joined if length <= _WIDTH and "\n" not in code else function


def join_call(call: cst.Call, column: int) -> cst.Call:
    """Return the call with its arguments on one line, if they were below the bracket and fit now."""
    space = call.whitespace_before_args
    if not _is_loose(space, call.args) or comments_in(call):
        return call
    joined = call.with_changes(whitespace_before_args=_NOTHING, args=_on_one_line(call.args, "whitespace_after_arg"))
    code = cst.Module([]).code_for_node(joined)
    return joined if column + len(code) <= _WIDTH and "\n" not in code else call


def join_statement(line: cst.SimpleStatementLine, column: int) -> cst.SimpleStatementLine:
    """Return the statement on one line, if its value was in brackets over several lines and fits now.

    Brackets around the whole value, which only broke the line, go.
    """
    if len(line.body) != 1:
        return line
    statement = line.body[0]
    field = "test" if isinstance(statement, cst.Assert) else "value"
    value = getattr(statement, field, None)
    if not isinstance(statement, _WITH_VALUE) or not isinstance(value, cst.BaseExpression) or comments_in(statement):
        return line
    joined = value
    if len(value.lpar) == 1 and isinstance(value.lpar[0].whitespace_after, cst.ParenthesizedWhitespace):
        joined = value if isinstance(value, _KEEP_BRACKETS) else value.with_changes(lpar=[], rpar=[])
    elif isinstance(value, cst.Call):
        joined = join_call(value, 0)
    if joined is value:
        return line
    new = line.with_changes(body=[statement.with_changes(**{field: joined})])
    code = cst.Module([]).code_for_node(new.with_changes(leading_lines=())).rstrip("\r\n")
    return new if column + len(code) <= _WIDTH and "\n" not in code and "\r" not in code else line


def _is_loose(space: cst.BaseParenthesizableWhitespace, items: Sequence[cst.Arg] | Sequence[cst.Param]) -> bool:
    """Return whether the items stand below the opening bracket, without a comma that formatters keep them there for."""
    return isinstance(space, cst.ParenthesizedWhitespace) and bool(items) and not isinstance(items[-1].comma, cst.Comma)


def _on_one_line(items: Sequence[_Item], tail: str) -> list[_Item]:
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    joined: list[_Item] = [item.with_changes(comma=comma) for item in items[:-1]]
    return [*joined, items[-1].with_changes(**{tail: _NOTHING})]
