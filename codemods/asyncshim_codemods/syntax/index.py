"""One walk over a parsed file: parents, scopes, bindings, definitions, names; rules ask here instead of walking."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import libcst as cst

from asyncshim_codemods.syntax.bindings import HANDLERS
from asyncshim_codemods.syntax.scopes import Binding, BindingKind, Collected, Scope, ScopeKind
from asyncshim_codemods.syntax.tree import LEAVES, child_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

_N = TypeVar("_N", bound=cst.CSTNode)


_OWNERS = frozenset({cst.FunctionDef, cst.Lambda, cst.ClassDef})
_COMPREHENSIONS = frozenset({cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp})


class Index(Collected):
    """What one walk over the module found. All lists are in no particular order; positions come later."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module)
        self._walk()
        self._settle_globals()

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds ``node``, or None for the module."""
        return self.parents.get(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The parents of ``node``, nearest first, up to the module."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def nearest(self, node: cst.CSTNode, kind: type[_N]) -> _N | None:
        """The nearest ancestor of this type."""
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, kind):
                return ancestor
        return None

    def enclosing_function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The function in whose body ``node`` stands; its decorators, defaults and annotations stand outside."""
        child = node
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, cst.FunctionDef) and child is ancestor.body:
                return ancestor
            child = ancestor
        return None

    def holds(self, ancestor: cst.CSTNode, node: cst.CSTNode) -> bool:
        """Whether ``node`` is ``ancestor`` or stands somewhere below it."""
        return node is ancestor or any(each is ancestor for each in self.ancestors(node))

    def statement(self, node: cst.CSTNode) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        """The whole statement that ``node`` is part of: a line of its own, decorators included."""
        current: cst.CSTNode = node
        while True:
            parent = self.parents[current]
            if isinstance(parent, cst.Module | cst.IndentedBlock):
                assert isinstance(current, cst.SimpleStatementLine | cst.BaseCompoundStatement)
                return current
            current = parent

    def top_level(self, node: cst.CSTNode) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        """The statement of the module that ``node`` is part of."""
        *_, statement, _module = (None, node, *self.ancestors(node))
        assert isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        return statement

    def scope_of(self, node: cst.CSTNode) -> Scope:
        """The scope in which a name at ``node`` is looked up first."""
        child, skipping = node, False
        parent = self.parents.get(node)
        while parent is not None:
            # Types are compared, not asked with isinstance: LibCST's are abstract classes, which makes that slow.
            kind = type(parent)
            if kind is cst.Param:
                skipping = child is not cast("cst.Param", parent).name
            elif kind in _OWNERS:
                owner = cast("cst.FunctionDef", parent)
                inside = child is owner.body or (not skipping and child is getattr(owner, "params", None))
                skipping = False
                if inside:
                    return self.scopes[parent]
            elif kind in _COMPREHENSIONS:
                return self.scopes[parent]
            child, parent = parent, self.parents.get(parent)
        return self.root

    def _walk(self) -> None:
        stack = self.waiting = [(self.module, self.root)]
        parents, handlers, leaves = self.parents, HANDLERS, LEAVES
        while stack:
            node, scope = stack.pop()
            kind = type(node)
            handler = handlers.get(kind)
            if handler is not None and not handler(self, node, scope):
                continue
            for name in child_fields(kind):
                child = getattr(node, name)
                # Not isinstance: LibCST's base is an abstract class, which makes that question expensive.
                child_kind = child.__class__
                if child_kind in leaves:
                    continue
                if child_kind is list or child_kind is tuple:
                    for each in child:
                        parents[each] = node
                        stack.append((each, scope))
                else:
                    parents[child] = node
                    stack.append((child, scope))

    def _settle_globals(self) -> None:
        """Move what a function binds under ``global`` or ``nonlocal`` to the scope that it means."""
        for scope in list(self.scopes.values()):
            for name, keyword in scope.elsewhere.items():
                target = self.root
                if keyword == "nonlocal":
                    outer = scope.parent
                    while outer is not None and (outer.kind is ScopeKind.CLASS or name not in outer.bindings):
                        outer = outer.parent
                    target = outer or self.root
                for binding in scope.bindings.pop(name, ()):
                    target.bind(name, Binding(BindingKind.OTHER, binding.node, binding.meaning))
