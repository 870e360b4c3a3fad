"""What a rule may ask for: small edits of single nodes, bundled in proposals that are taken whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from asyncshim_codemods.results import Safety


@dataclass(frozen=True, slots=True, eq=False)
class Remove:
    """Take ``node`` out of the list that holds it: a decorator, element, argument, parameter, alias or statement.

    What becomes empty with it goes too (an import without names) or gets a ``pass``.
    """

    node: cst.CSTNode


@dataclass(frozen=True, slots=True, eq=False)
class Replace:
    """Put ``new`` in the place of ``node``; nothing of the old node is left."""

    node: cst.CSTNode
    new: cst.CSTNode


@dataclass(frozen=True, slots=True, eq=False)
class Modify:
    """Give ``node`` other fields, after the edits below it were made. ``how`` gets the edited node.

    ``names`` are the names that the change brings into the code, for those who look which imports are used.
    """

    node: cst.CSTNode
    how: Callable[[cst.CSTNode], cst.CSTNode]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Prepend:
    """Put a statement (its source, one line) first in a function's body, after its docstring."""

    node: cst.FunctionDef
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class AddImport:
    """Have ``import module`` at the top of the file."""

    module: str


Edit = Remove | Replace | Modify | Prepend | AddImport


def touched(edits: Iterable[Edit]) -> Iterator[cst.CSTNode]:
    """The nodes of the old tree whose lines these edits change or take away."""
    return (edit.node for edit in edits if isinstance(edit, Remove | Replace | Modify))


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """One finding of a rule: where, what, how far to trust it, and the edits that make it go away.

    No edits, or a safety of ``manual``: the finding is only reported. ``at`` is the node that the reported position
    points to: the expression, not its decorator or statement, whose comments and indentation come first.
    """

    at: cst.CSTNode
    message: str
    safety: Safety
    edits: tuple[Edit, ...] = ()
    code: str = ""


class AcceptedEdits(Protocol):
    """What the accepted edits leave of a file, for rules that look again at the end."""

    @property
    def changes(self) -> Mapping[cst.CSTNode, Sequence[Callable[[cst.CSTNode], cst.CSTNode]]]:
        """The changes of single nodes."""

    @property
    def new_names(self) -> frozenset[str]:
        """Every identifier that the edits bring into the code."""

    def is_gone(self, node: cst.CSTNode) -> bool:
        """Return whether the edits leave nothing of ``node``."""
