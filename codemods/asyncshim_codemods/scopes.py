"""Scopes and bindings: what a name can mean at a place, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst as cst


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
