"""The uses of alt-pytest-asyncio's fixture ``async_timeout`` in an async test."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.project.alt_uses import FIXTURE
from asyncshim_codemods.suite.file_context import argument, target_of
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import is_docstring, last_name, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asyncshim_codemods.suite.file_context import FileContext

_SET = "set_timeout_seconds"
_SUSPENDING = (cst.Await, cst.With, cst.For, cst.While, cst.Yield)
_SWALLOWS = frozenset({"CancelledError", "BaseException"})


@dataclass(frozen=True, slots=True)
class LimitCalls:
    """The calls that set the limit of a test, one directly below the other."""

    statements: tuple[cst.Expr, ...]
    value: cst.BaseExpression
    before: tuple[cst.CSTNode, ...]
    first_after: cst.CSTNode | None
    """The statement that becomes the first one of the function."""


def limit_calls(function: cst.FunctionDef, uses: Sequence[cst.Name]) -> LimitCalls | None:
    """Return the calls if there are no other uses, and nothing before them may suspend the test."""
    lines: list[cst.CSTNode] = list(function.body.body)
    flat = [(small, line) for line in lines for small in _small(line)]
    found = [(position, limit) for position, (each, _) in enumerate(flat) if (limit := _limit(each)) is not None]
    if not found or len(found) != len(uses):
        return None
    first, last = found[0][0], found[-1][0]
    if last - first + 1 != len(found):
        return None
    statements = tuple(each for each, _ in flat[first : last + 1] if isinstance(each, cst.Expr))
    before = [each for each, _ in flat[:first]]
    head = bool(lines) and is_docstring(lines[0])
    before = before[1:] if head else before
    if any(isinstance(node, _SUSPENDING) for each in before for node in walk(each)) or not all(
        isinstance(each, cst.BaseSmallStatement) for each in before
    ):
        return None
    after = flat[last + 1][1] if len(flat) > last + 1 else None
    is_first = not before and not head and after is not None and after is not flat[last][1]
    return LimitCalls(statements, found[-1][1], tuple(before), after if is_first else None)


def _small(line: cst.CSTNode) -> Iterable[cst.CSTNode]:
    return line.body if isinstance(line, cst.SimpleStatementLine) else (line,)


def _limit(statement: cst.CSTNode) -> cst.BaseExpression | None:
    """Return the argument of ``async_timeout.set_timeout_seconds(…)``, if the statement is nothing else."""
    match statement:
        case cst.Expr(
            value=cst.Call(
                func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value=method)), args=[cst.Arg() as given]
            )
        ) if name == FIXTURE and method == _SET and not given.star:
            keyword = None if given.keyword is None else given.keyword.value
            return given.value if keyword in {None, "timeout"} else None
        case _:
            return None


def doubt_about_limit(file: FileContext, function: cst.FunctionDef, calls: LimitCalls) -> str:
    """Return why the rewrite may change the outcome of the test, or ""."""
    if calls.before:
        return ": its limit also includes the statements above the call"
    if _expects_an_error(file, function):
        return ": the test expects an error of a certain type, and the marker raises a TimeoutError"
    names = [file.names.of(target_of(each)) or "" for each in function.decorators]
    if not all(name.startswith("pytest.mark.") for name in names):
        return ": a decorator may call the test several times, and the marker limits them together"
    for node in walk(function.body):
        is_bare = isinstance(node, cst.ExceptHandler) and node.type is None
        if is_bare or (isinstance(node, cst.Name) and node.value in _SWALLOWS):
            return ": the test catches its cancellation, and fails with the marker"
    return ""


def _expects_an_error(file: FileContext, function: cst.FunctionDef) -> bool:
    """Return whether a mark ``xfail(raises=…)`` may apply to the test."""
    for use in file.names.uses("pytest.mark.xfail"):
        call = file.index.parents[use]
        if isinstance(call, cst.Call) and argument(call, "raises") is not None:
            holder = file.index.parents[call]
            owner = file.index.parents[holder] if isinstance(holder, cst.Decorator) else None
            if owner is function or not isinstance(owner, cst.FunctionDef):
                return True
    return False


def without_blank_lines(statement: cst.CSTNode) -> cst.CSTNode:
    """Return the statement without the blank lines above it."""
    assert isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    lines = list(statement.leading_lines)
    while lines and lines[0].comment is None:
        lines.pop(0)
    return statement.with_changes(leading_lines=lines)


def may_be_parametrized(file: FileContext) -> bool:
    """Return whether a test of the file may have the name for a parameter of its own."""
    for string in file.index.strings:
        if FIXTURE in re.findall(r"\w+", text_of(string) or ""):
            calls = (each for each in file.index.ancestors(string) if isinstance(each, cst.Call))
            if any(last_name(each.func) == "parametrize" for each in calls):
                return True
    return False
