"""The statements of a collection hook that add the marker ``asyncio`` to tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.markers.uses import ASYNCIO, Keeps, keeps
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import own_code

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from asyncshim_codemods.suite.file_context import FileContext


def adds_marker(file: FileContext, call: cst.Call) -> bool:
    """Return whether a call adds the marker to a test, and the marker does not request a separate loop."""
    if not (isinstance(call.func, cst.Attribute) and call.func.attr.value == "add_marker" and call.args):
        return False
    mark: cst.BaseExpression = call.args[0].value
    if isinstance(mark, cst.Name):
        bindings = file.names.bindings_of(mark)
        if len(bindings) == 1 and bindings[0].value is not None:
            mark = bindings[0].value
    whole = mark if isinstance(mark, cst.Call) else None
    name = mark if whole is None else whole.func
    is_ours = file.names.of(name) == ASYNCIO and keeps(file, whole) is Keeps.NOTHING
    return text_of(mark) == "asyncio" or is_ours


def parts(file: FileContext, hook: cst.FunctionDef, uses: list[cst.BaseExpression]) -> list[cst.CSTNode]:
    """Return the statements of a hook that only add the marker; none if the marker would stay elsewhere in it."""
    calls = [each for each in own_code(hook) if isinstance(each, cst.Call) and adds_marker(file, each)]
    assigned = set(_own_variables(file, hook, calls))
    whole = [file.index.parents[each] for each in calls]
    if not all(isinstance(each, cst.Expr) for each in whole):
        return []
    gone = {*whole, *assigned}
    if any(gone.isdisjoint(file.index.ancestors(use)) for use in uses):
        return []
    widened = [_widened(file, each, gone) for each in whole]
    if None in widened:
        return []
    return list(dict.fromkeys([*(each for each in widened if each is not None), *assigned]))


def _own_variables(file: FileContext, hook: cst.FunctionDef, calls: list[cst.Call]) -> Iterator[cst.CSTNode]:
    """Yield the assignments of variables of the hook that only these calls use."""
    scope = file.index.scopes[hook]
    added = {each.args[0].value for each in calls}
    for name in {each.value for each in added if isinstance(each, cst.Name)} & scope.bindings.keys():
        if added.issuperset(file.names.uses_in(name, scope)):
            for binding in scope.bindings[name]:
                if binding.value is not None and isinstance(parent := file.index.parents[binding.value], cst.Assign):
                    yield parent


def _widened(file: FileContext, statement: cst.CSTNode, gone: Collection[cst.CSTNode]) -> cst.CSTNode | None:
    """Return the largest loop or condition around a statement that has nothing else in it.

    None if another kind of block would be empty, or a branch of a condition that has others.
    """
    line = file.index.parents[statement]
    node = line if isinstance(line, cst.SimpleStatementLine) else statement
    if isinstance(node, cst.SimpleStatementLine) and not _is_gone(node, gone):
        return statement
    block = file.index.parents[node]
    if isinstance(block, cst.BaseSuite) and any(each is not node and not _is_gone(each, gone) for each in block.body):
        return statement
    owner = file.index.parents[block]
    is_alone = isinstance(owner, cst.For | cst.If) and owner.orelse is None
    if not is_alone or isinstance(file.index.parents[owner], cst.If):
        return None
    return _widened(file, owner, {*gone, owner})


def _is_gone(statement: cst.CSTNode, gone: Collection[cst.CSTNode]) -> bool:
    parts: Sequence[cst.CSTNode] = statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,)
    return all(each in gone for each in parts)
