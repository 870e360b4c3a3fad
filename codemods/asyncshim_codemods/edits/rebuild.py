"""Applies all accepted edits of a file at once: it copies the ancestors of edited nodes and shares the rest."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, cast

import libcst as cst

from asyncshim_codemods.edits.join_lines import join_call, join_signature, join_statement
from asyncshim_codemods.edits.model import AddImport, Modify, Prepend, Remove, Replace
from asyncshim_codemods.edits.remove_nodes import comments_around, remove_from, without_parameters
from asyncshim_codemods.syntax.side_effects import has_no_effect
from asyncshim_codemods.syntax.tree import all_parameters, child_fields, is_docstring, names_in, split_blank_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.syntax.index import Index

Block = cst.IndentedBlock | cst.SimpleStatementSuite


class Rebuild:
    """The edits of one file by node, and the edited tree."""

    def __init__(self, index: Index, edits: Iterable[Edit]) -> None:
        self.index = index
        self.removed: set[cst.CSTNode] = set()
        self.replaced: dict[cst.CSTNode, cst.CSTNode] = {}
        self.changes: dict[cst.CSTNode, list[Callable[[cst.CSTNode], cst.CSTNode]]] = defaultdict(list)
        self._edits = list(edits)
        for edit in self._edits:
            match edit:
                case Remove(node):
                    self.removed.add(node)
                case Replace(node, new):
                    self.replaced[node] = new
                case Modify(node, how):
                    self.changes[node].append(how)
                case Prepend(node, source):
                    self.changes[node].append(_prepend(source))
                case _:
                    pass
        self._cascade()

    def _cascade(self) -> None:
        """Remove what becomes empty as well: an import without names, a line without statements."""
        pending = list(self.removed)
        while pending:
            parent = self.index.parent(pending.pop())
            if parent is None or parent in self.removed:
                continue
            fresh = self._needless(parent) if isinstance(parent, Block) else [parent] * self._is_emptied(parent)
            self.removed.update(fresh)
            pending += fresh

    def _is_emptied(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Import | cst.ImportFrom):
            return not isinstance(node.names, cst.ImportStar) and all(name in self.removed for name in node.names)
        if isinstance(node, cst.SimpleStatementLine):
            return all(statement in self.removed for statement in node.body)
        return isinstance(node, cst.Expr | cst.Decorator)

    def _needless(self, block: Block) -> list[cst.If | cst.Else]:
        """Return what is removed with the last statement of a block: an empty ``if``, or its last branches.

        The conditions must have no side effects. A branch with a comment stays.
        """
        branches = self._branches(block)
        empty = [
            all(each in self.removed for each in branch.body.body)
            and (isinstance(branch, cst.Else) or has_no_effect(branch.test))
            for branch in branches
        ]
        if all(empty):
            return branches[:1]
        last = len(branches)
        while last and empty[last - 1] and not comments_around(branches[last - 1]):
            last -= 1
        return branches[last : last + 1]

    def _branches(self, block: Block) -> list[cst.If | cst.Else]:
        """Return the remaining branches of the ``if`` that a block belongs to; none for another block."""
        owner = self.index.parent(block)
        while owner is not None and isinstance(above := self.index.parent(owner), cst.If) and above.orelse is owner:
            owner = above
        found: list[cst.If | cst.Else] = []
        while isinstance(owner, cst.If):
            found.append(owner)
            following = owner.orelse
            if isinstance(following, cst.Else) and following not in self.removed:
                found.append(following)
            owner = following if following not in self.removed else None
        return found

    @cached_property
    def new_names(self) -> frozenset[str]:
        """Every identifier that the edits bring into the code."""
        found: set[str] = set()
        sources = {edit.source for edit in self._edits if isinstance(edit, Prepend)}
        for source in sources:
            found |= names_in(cst.parse_statement(source))
        for edit in self._edits:
            match edit:
                case Replace(_, new):
                    found |= names_in(new)
                case Modify(_, _, names):
                    found.update(names)
                case AddImport(module):
                    found.add(module)
                case _:
                    pass
        return frozenset(found)

    def is_gone(self, node: cst.CSTNode) -> bool:
        """Return whether nothing of ``node`` is left after the edits."""
        return any(each in self.removed or each in self.replaced for each in (node, *self.index.ancestors(node)))

    def is_removed(self, node: cst.CSTNode) -> bool:
        """Return whether ``node`` is removed, alone or with the code around it."""
        return not self.removed.isdisjoint((node, *self.index.ancestors(node)))

    def module(self) -> cst.Module:
        """Return the module after the edits, which shares statements without edits with the old one."""
        touched = {*self.removed, *self.replaced, *self.changes}
        self._dirty = {each for node in touched for each in (node, *self.index.ancestors(node))}
        self._with_calls = {self.index.statement(each) for each in self.changes if isinstance(each, cst.Call)}
        module = self._make(self.index.module)
        assert isinstance(module, cst.Module)
        return module

    def _make(self, node: cst.CSTNode) -> cst.CSTNode:
        if node in self.replaced:
            return self.replaced[node]
        changes: dict[str, object] = {}
        gone: set[cst.CSTNode] = set()
        for name in child_fields(type(node)):
            child: object = getattr(node, name)
            if isinstance(child, cst.CSTNode):
                if child in self._dirty:
                    # Of removable nodes, only the last branches of an `if` are not in a list.
                    changes[name] = None if child in self.removed and name == "orelse" else self._make(child)
            elif isinstance(child, list | tuple):
                children = cast("Sequence[cst.CSTNode]", child)
                if self._dirty.isdisjoint(children):
                    continue
                gone.update(self.removed.intersection(children))
                changes[name] = [
                    self._make(each) if each in self._dirty and each not in gone else each for each in children
                ]
        made = node.with_changes(**changes)
        if isinstance(made, cst.FunctionDef):
            made = self._function(made, node, gone)
        elif gone and not isinstance(made, cst.Parameters):
            made = remove_from(made, gone)
            if isinstance(made, cst.Call) and isinstance(self.index.parents[node], cst.Decorator):
                made = join_call(made, self.index.indentation(node) + len("@"))
        elif isinstance(made, cst.SimpleStatementLine) and not gone and node in self._with_calls:
            made = join_statement(made, self.index.indentation(node))
        for how in self.changes.get(node, ()):
            made = how(made)
        return made

    def _function(self, made: cst.FunctionDef, old: cst.CSTNode, gone: set[cst.CSTNode]) -> cst.FunctionDef:
        """Remove parameters here, not in their own node: the function holds the white space before them."""
        assert isinstance(old, cst.FunctionDef)
        parameters = {each for each in all_parameters(old.params) if each in self.removed}
        if parameters:
            made = join_signature(without_parameters(made, parameters), self.index.indentation(old))
        if gone:
            fresh = remove_from(made, gone)
            assert isinstance(fresh, cst.FunctionDef)
            return fresh
        return made


def _prepend(source: str) -> Callable[[cst.CSTNode], cst.CSTNode]:
    def how(node: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(node, cst.FunctionDef)
        statement = cst.parse_statement(source)
        assert isinstance(statement, cst.SimpleStatementLine)
        block = node.body
        if isinstance(block, cst.SimpleStatementSuite):
            small = _prepend_to_line(block.body, statement.body[0])
            return node.with_changes(body=block.with_changes(body=small))
        assert isinstance(block, cst.IndentedBlock)
        body = list(block.body)
        first = body[0]
        at = int(is_docstring(first))
        if at and isinstance(first, cst.SimpleStatementLine) and len(first.body) > 1:
            body[0] = first.with_changes(body=_prepend_to_line(first.body, statement.body[0]))
            return node.with_changes(body=block.with_changes(body=body))
        if at < len(body):
            following = body[at]
            assert isinstance(following, cst.SimpleStatementLine | cst.BaseCompoundStatement)
            blank, rest = split_blank_lines(following.leading_lines)
            # A definition has a blank line before it, as formatters want, unless it is the first in its block.
            apart = [cst.EmptyLine(indent=False)] if isinstance(following, cst.FunctionDef | cst.ClassDef) else []
            body[at] = following.with_changes(leading_lines=[*apart, *rest])
            statement = statement.with_changes(leading_lines=blank)
        return node.with_changes(body=block.with_changes(body=[*body[:at], statement, *body[at:]]))

    return how


def _prepend_to_line(
    line: Sequence[cst.BaseSmallStatement], statement: cst.BaseSmallStatement
) -> list[cst.BaseSmallStatement]:
    """Return the statements of a line with a new first one, which still comes after a docstring."""
    position = 1 if is_docstring(line[0]) else 0
    small = statement.with_changes(semicolon=cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" ")))
    return [*line[:position], small, *line[position:]]
