"""The index of one tree: parents, scopes, bindings, definitions and names. Rules ask it and do not walk the tree."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar, cast

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_N = TypeVar("_N", bound=cst.CSTNode)

_OWNERS = frozenset({cst.FunctionDef, cst.Lambda, cst.ClassDef})
_COMPREHENSIONS = frozenset({cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp})


class ScopeKind(Enum):
    """The kind of a scope; functions in a class do not see the scope of the class."""

    MODULE = auto()
    CLASS = auto()
    FUNCTION = auto()
    COMPREHENSION = auto()


class BindingKind(Enum):
    """How a name is bound."""

    IMPORT = auto()
    ASSIGN = auto()
    PARAMETER = auto()
    FUNCTION = auto()
    CLASS = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One binding of one name.

    ``meaning`` is the dotted name of an imported object, ``value`` the value of a plain ``x = value``.
    """

    kind: BindingKind
    node: cst.CSTNode
    meaning: str | None = None
    value: cst.BaseExpression | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """The names that one module, class, function or comprehension binds."""

    node: cst.CSTNode
    kind: ScopeKind
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict[str, list[Binding]])
    elsewhere: dict[str, str] = field(default_factory=dict[str, str])

    def bind(self, name: str, binding: Binding) -> None:
        """Record one more binding of ``name``."""
        self.bindings.setdefault(name, []).append(binding)


class Index:
    """The tables of one tree, filled by ``build_index``, and questions about them. Lists are in no particular order."""

    def __init__(self, module: cst.Module) -> None:
        self.module = module
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.names: dict[str, list[cst.Name]] = defaultdict(list)
        self.attributes: dict[str, list[cst.Attribute]] = defaultdict(list)
        self.strings: list[cst.SimpleString] = []
        self.functions: list[cst.FunctionDef] = []
        self.classes: list[cst.ClassDef] = []
        self.calls: list[cst.Call] = []
        self.imports: list[cst.Import | cst.ImportFrom] = []
        self.stores: set[cst.Name] = set()
        self.star_imports: list[cst.ImportFrom] = []
        self.waiting: list[tuple[cst.CSTNode, Scope]] = []
        self.scopes: dict[cst.CSTNode, Scope] = {}
        self.root = Scope(module, ScopeKind.MODULE, None)
        self.scopes[module] = self.root

    def push(self, child: cst.CSTNode | Iterable[cst.CSTNode] | None, parent: cst.CSTNode, scope: Scope) -> None:
        """Add ``child`` to the nodes that are walked next, in ``scope``."""
        if child is None:
            return
        for each in (child,) if isinstance(child, cst.CSTNode) else child:
            self.parents[each] = parent
            self.waiting.append((each, scope))

    def open_scope(self, node: cst.CSTNode, kind: ScopeKind, parent: Scope) -> Scope:
        """Return a new scope for ``node``."""
        scope = self.scopes[node] = Scope(node, kind, parent)
        return scope

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """Return the node that holds ``node``, or None for the module."""
        return self.parents.get(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield the parents of ``node``, nearest first, up to the module."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def nearest(self, node: cst.CSTNode, kind: type[_N]) -> _N | None:
        """Return the nearest ancestor of this type."""
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, kind):
                return ancestor
        return None

    def enclosing_function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """Return the function whose body contains ``node``; its decorators, defaults and annotations do not count."""
        child = node
        for ancestor in self.ancestors(node):
            if isinstance(ancestor, cst.FunctionDef) and child is ancestor.body:
                return ancestor
            child = ancestor
        return None

    def holds(self, ancestor: cst.CSTNode, node: cst.CSTNode) -> bool:
        """Return whether ``node`` is ``ancestor`` or below it."""
        return node is ancestor or any(each is ancestor for each in self.ancestors(node))

    def indentation(self, node: cst.CSTNode) -> int:
        """Return how many characters a statement is indented."""
        width, parent = 0, self.parents.get(node)
        while parent is not None:
            if isinstance(parent, cst.IndentedBlock):
                width += len(self.module.default_indent if parent.indent is None else parent.indent)
            parent = self.parents.get(parent)
        return width

    def statement(self, node: cst.CSTNode) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        """Return the whole statement that ``node`` is part of: a line of its own, decorators included."""
        current: cst.CSTNode = node
        while True:
            parent = self.parents[current]
            if isinstance(parent, cst.Module | cst.IndentedBlock):
                assert isinstance(current, cst.SimpleStatementLine | cst.BaseCompoundStatement)
                return current
            current = parent

    def top_level(self, node: cst.CSTNode) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        """Return the statement of the module that ``node`` is part of."""
        *_, statement, _module = (None, node, *self.ancestors(node))
        assert isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        return statement

    def scope_of(self, node: cst.CSTNode) -> Scope:
        """Return the scope in which a name at ``node`` is looked up first."""
        child, skipping = node, False
        parent = self.parents.get(node)
        while parent is not None:
            # Compare types instead of isinstance, which is slow for the abstract classes of LibCST.
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
