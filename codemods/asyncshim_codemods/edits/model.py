"""Edits of single nodes, in proposals that are accepted or refused as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from asyncshim_codemods.results import Safety


@dataclass(frozen=True, slots=True, eq=False)
class Remove:
    """Remove ``node`` from the list that holds it: a decorator, element, argument, parameter, alias or statement.

    A statement that becomes empty is removed as well (an import without names) or gets a ``pass``.
    """

    node: cst.CSTNode


@dataclass(frozen=True, slots=True, eq=False)
class Replace:
    """Replace ``node`` by ``new``."""

    node: cst.CSTNode
    new: cst.CSTNode


@dataclass(frozen=True, slots=True, eq=False)
class Modify:
    """Change fields of ``node`` after the edits below it. ``how`` gets the edited node.

    ``names`` are the names that the change adds to the code, which may use imports.
    """

    node: cst.CSTNode
    how: Callable[[cst.CSTNode], cst.CSTNode]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Prepend:
    """Insert a statement (its source, one line) at the start of a function's body, after the docstring."""

    node: cst.FunctionDef
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class AddImport:
    """Add ``import module`` at the top of the file."""

    module: str


Edit = Remove | Replace | Modify | Prepend | AddImport


def touched(edits: Iterable[Edit]) -> Iterator[cst.CSTNode]:
    """Return the nodes of the old tree whose lines these edits change or remove."""
    return (edit.node for edit in edits if isinstance(edit, Remove | Replace | Modify))


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """One finding of a rule: its place, message, safety and edits.

    Without edits, or with the safety ``manual``, the finding is only reported. ``at`` is the node that the position
    points to: the expression, not its decorator or statement, whose comments and indentation come first.
    """

    at: cst.CSTNode
    message: str
    safety: Safety
    edits: tuple[Edit, ...] = ()
    code: str = ""


class AcceptedEdits(Protocol):
    """The state of a file after the accepted edits, for rules with a second pass."""

    @property
    def changes(self) -> Mapping[cst.CSTNode, Sequence[Callable[[cst.CSTNode], cst.CSTNode]]]:
        """The changes of single nodes."""
        ...

    @property
    def new_names(self) -> frozenset[str]:
        """Every identifier that the edits bring into the code."""
        ...

    def is_gone(self, node: cst.CSTNode) -> bool:
        """Return whether the edits leave nothing of ``node``."""
        ...

    def is_removed(self, node: cst.CSTNode) -> bool:
        """Return whether the edits remove ``node``, alone or with the code around it."""
        ...

    def module(self) -> cst.Module:
        """Return the module after the edits."""
        ...
