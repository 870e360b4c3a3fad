"""The strings of a module's ``pytest_plugins``, and the edits that remove plugins from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Remove, Replace
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext


def loading(file: FileContext, plugins: Collection[str]) -> Iterator[tuple[cst.SimpleString, tuple[Edit, ...] | None]]:
    """Yield the strings that name one of the plugins, with the edits that remove it; None if they are not clear."""
    for string in file.index.strings:
        names = [each.strip() for each in (text_of(string) or "").split(",")]
        if set(plugins).isdisjoint(names):
            continue
        statement = _statement(file, string)
        if statement is not None:
            rest = [each for each in names if each not in plugins]
            yield string, _edits(file, plugins, statement, string, rest)


def _edits(
    file: FileContext,
    plugins: Collection[str],
    statement: cst.BaseSmallStatement,
    string: cst.SimpleString,
    rest: list[str],
) -> tuple[Edit, ...] | None:
    parent = file.index.parents[string]
    if rest:
        quote = string.prefix + string.quote
        return (Replace(string, string.with_changes(value=f"{quote}{','.join(rest)}{string.quote}")),)
    if parent is statement or (isinstance(parent, cst.Arg) and isinstance(statement, cst.Expr)):
        return None if _is_extended(file, statement) else (Remove(statement),)
    if isinstance(parent, cst.Element):
        sequence = file.index.parents[parent]
        if not isinstance(sequence, cst.List | cst.Tuple):
            return None
        others = [each for each in sequence.elements if text_of(each.value) not in plugins]
        if others or file.index.parents[sequence] is not statement or _is_extended(file, statement):
            return (Remove(parent),)
        return (Remove(statement),)
    return None


def _statement(file: FileContext, string: cst.SimpleString) -> cst.BaseSmallStatement | None:
    """Return the module-level statement about ``pytest_plugins`` that contains the string."""
    statement = next((each for each in file.index.ancestors(string) if isinstance(each, cst.BaseSmallStatement)), None)
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=target)]):
            named: cst.CSTNode = target
        case cst.AnnAssign(target=target) | cst.AugAssign(target=target):
            named = target
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=target, attr=cst.Name(value="append" | "extend")))):
            named = target
        case _:
            return None
    if isinstance(named, cst.Name) and named.value == "pytest_plugins":
        return statement if file.index.scope_of(named) is file.index.root else None
    return None


def _is_extended(file: FileContext, statement: cst.BaseSmallStatement) -> bool:
    """Return whether other code needs the name that the statement binds."""
    if not isinstance(statement, cst.Assign | cst.AnnAssign):
        return False
    return file.is_handed_on("pytest_plugins") or len(file.index.names["pytest_plugins"]) > 1
