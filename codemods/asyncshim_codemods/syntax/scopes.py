"""Scopes and bindings: what a name can mean at a place, as plain values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable


class ScopeKind(Enum):
    """Which of Python's kinds of scope; class scopes are not seen from the functions inside them."""

    MODULE = auto()
    CLASS = auto()
    FUNCTION = auto()
    COMPREHENSION = auto()


class BindingKind(Enum):
    """How a name came to be bound."""

    IMPORT = auto()
    ASSIGN = auto()
    PARAMETER = auto()
    FUNCTION = auto()
    CLASS = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One binding of one name.

    ``meaning`` is the imported thing's dotted name, ``value`` what a plain ``x = value`` assigns.
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


class Collected:
    """Tables that :mod:`asyncshim_codemods.syntax.bindings` fills. Lists are in no particular order."""

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
        """Have ``child`` walked next, in ``scope``."""
        if child is None:
            return
        for each in (child,) if isinstance(child, cst.CSTNode) else child:
            self.parents[each] = parent
            self.waiting.append((each, scope))

    def open_scope(self, node: cst.CSTNode, kind: ScopeKind, parent: Scope) -> Scope:
        """A new scope for ``node``, known to :meth:`scope_of`."""
        scope = self.scopes[node] = Scope(node, kind, parent)
        return scope
