"""Imports of a file: the name of an imported module, and the place of a new import."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import AddImport, Remove, Replace
from asyncshim_codemods.syntax.index import BindingKind
from asyncshim_codemods.syntax.tree import dotted, is_docstring, split_blank_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.syntax.index import Index
    from asyncshim_codemods.syntax.qualified_names import Names

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


class Imports:
    """Finds or adds module imports."""

    def __init__(self, index: Index, names: Names) -> None:
        self._index = index
        self._names = names
        self._known: dict[str, Sequence[str]] = {}

    def module(self, module: str, at: cst.CSTNode) -> tuple[str, tuple[Edit, ...]] | None:
        """Return the name of ``module`` at ``at``, and the edits that import it.

        None if the module's own name means something else there.
        """
        scope = self._index.scope_of(at)
        root = self._index.root
        for name in self._names_of(module):
            if self._names.homes(name, scope) == [root]:
                if any(self._runs_before(each.node, at) for each in root.bindings[name]):
                    return name, ()
                if name == module:
                    return module, (AddImport(module),)
        return None if self._names.homes(module, scope) else (module, (AddImport(module),))

    def _names_of(self, module: str) -> Sequence[str]:
        """Return the names that the file binds only to this module, its own name first, the others sorted."""
        if module not in self._known:
            found = [
                name
                for name, bindings in self._index.root.bindings.items()
                if all(each.kind is BindingKind.IMPORT and each.meaning == module for each in bindings)
            ]
            self._known[module] = sorted(found, key=lambda each: (each != module, each))
        return self._known[module]

    def _runs_before(self, binding: cst.CSTNode, at: cst.CSTNode) -> bool:
        """Return whether an import certainly runs before the code at ``at``.

        The body of a function runs after the whole module, other code only after the lines above it.
        """
        line = self._index.statement(binding)
        block = self._index.parents[line]
        if block is not self._index.module:
            return isinstance(self._index.parents[block], cst.Try)
        if self._index.enclosing_function(at) is not None:
            return True
        path = {at, *self._index.ancestors(at)}
        return next((each for each in self._index.module.body if each is line or each in path), line) is line


def reuse(index: Index, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits, with a new import in the place of a removed one if their names are related."""
    result = list(edits)
    for module in dict.fromkeys(edit.module for edit in edits if isinstance(edit, AddImport)):
        for edit in result:
            if isinstance(edit, Remove) and _is_own_line(index, edit.node) and _related(edit.node, module):
                result[result.index(edit)] = Replace(edit.node, cst.ImportAlias(name=cst.Name(module)))
                result = [each for each in result if not (isinstance(each, AddImport) and each.module == module)]
                break
    return result


def _is_own_line(index: Index, node: cst.CSTNode) -> bool:
    statement = index.parent(node)
    if not isinstance(statement, cst.Import) or len(statement.names) != 1:
        return False
    line = index.parents[statement]
    return isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 and index.parent(line) is index.module


def _related(node: cst.CSTNode, module: str) -> bool:
    return isinstance(node, cst.ImportAlias) and node.asname is None and (dotted(node.name) or "").startswith(module)


def insert(body: Sequence[Statement], module: str) -> list[Statement]:
    """Return ``body`` with ``import module`` at its sorted position."""
    new = cst.SimpleStatementLine(body=[cst.Import(names=[cst.ImportAlias(name=cst.Name(module))])])
    result = list(body)
    lines = _import_lines(result)
    standard = module in sys.stdlib_module_names
    same = [i for i in lines if _section(result[i]) == ("standard" if standard else "other")]
    if not same:
        return _insert_section(result, new, lines, standard=standard)
    earlier = [i for i in same if _sorts_before(result[i], module)]
    if earlier:
        return [*result[: earlier[-1] + 1], new, *result[earlier[-1] + 1 :]]
    first = result[same[0]]
    new = new.with_changes(leading_lines=first.leading_lines)
    result[same[0]] = first.with_changes(leading_lines=())
    return [*result[: same[0]], new, *result[same[0] :]]


def _insert_section(
    body: list[Statement], new: cst.SimpleStatementLine, lines: list[int], *, standard: bool
) -> list[Statement]:
    """Insert ``new`` as a section of its own: the standard library first, other packages after it."""
    blank = [cst.EmptyLine(indent=False)]
    after = [i for i in lines if _section(body[i]) in ({"future"} if standard else {"future", "standard"})]
    at = after[-1] + 1 if after else int(bool(body) and is_docstring(body[0]))
    lead: list[cst.EmptyLine] = blank if at else []
    if at < len(body):
        following = body[at]
        gap, rest = split_blank_lines(following.leading_lines)
        distance = blank * (2 if isinstance(following, cst.FunctionDef | cst.ClassDef) else 1)
        body[at] = following.with_changes(leading_lines=[*(gap or distance), *rest])
    return [*body[:at], new.with_changes(leading_lines=lead), *body[at:]]


def _import_lines(body: Sequence[Statement]) -> list[int]:
    """Return the indices of the imports at the head of the file."""
    found: list[int] = []
    for i, statement in enumerate(body):
        if isinstance(statement, cst.SimpleStatementLine) and isinstance(
            statement.body[0], cst.Import | cst.ImportFrom
        ):
            found.append(i)
        elif not (i == 0 or isinstance(statement, cst.If | cst.Try)):
            break
    return found


def _section(statement: Statement) -> str:
    """Return the part of a sorted list of imports that a line belongs to."""
    root = _root(statement)
    if root == "__future__":
        return "future"
    return "standard" if root in sys.stdlib_module_names else "other" if root else "relative"


def _root(statement: Statement) -> str:
    """Return the top-level package that an import line names first; "" for relative imports."""
    first = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    if isinstance(first, cst.Import):
        return (dotted(first.names[0].name) or "").split(".")[0]
    if isinstance(first, cst.ImportFrom) and not first.relative:
        return (dotted(first.module) or "").split(".")[0]
    return ""


def _sorts_before(statement: Statement, module: str) -> bool:
    """Return whether an import line comes before ``import module``: plain imports by name, before the ``from`` ones."""
    first = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return isinstance(first, cst.Import) and (dotted(first.names[0].name) or "") < module
