"""Children of LibCST's nodes, without its visitors: those take ten times as long to go down a tree."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterator

# Fields that can only hold white space, brackets, commas and operators: no name is ever found below them.
_BARREN = {
    "at", "colon", "comma", "dot", "dots", "equal", "footer", "header", "lbrace", "lbracket", "leading_lines",
    "lines_after_decorators", "lpar", "operator", "posonly_ind", "rbrace", "rbracket", "rpar", "semicolon",
    "separator", "trailing_whitespace", "whitespace",
}  # fmt: skip
# What a field can hold that is neither a node nor a list of nodes.
LEAVES = frozenset({str, bool, type(None), cst.MaybeSentinel})

_VISITED: dict[type[cst.CSTNode], tuple[str, ...]] = {}
_NAMED: dict[type[cst.CSTNode], tuple[str, ...]] = {}


def child_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a node type below which names can stand."""
    known = _NAMED.get(kind)
    if known is None:
        names = [field.name for field in fields(kind)]
        known = _NAMED[kind] = tuple(n for n in names if n not in _BARREN and not n.startswith("whitespace_"))
    return known


class _Order(cst.CSTVisitor):
    """Notes the fields of one node that LibCST goes through, without going further down."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[str] = []
        self._inside = False

    def on_visit(self, node: cst.CSTNode) -> bool:  # noqa: ARG002
        """Enter the first node only."""
        inside, self._inside = self._inside, True
        return not inside

    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:  # noqa: ARG002
        """Note a field."""
        self.fields.append(attribute)


def children_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Every node that ``node`` holds, white space and all, in the order of LibCST's ``children``."""
    kind = type(node)
    known = _VISITED.get(kind)
    if known is None:
        order = _Order()
        node.visit(order)
        known = _VISITED[kind] = tuple(dict.fromkeys(order.fields))
    for name in known:
        child = getattr(node, name)
        # Not isinstance: LibCST's base is an abstract class, which makes that question expensive.
        child_kind = child.__class__
        if child_kind in LEAVES:
            continue
        if child_kind is list or child_kind is tuple:
            yield from child
        else:
            yield child


def comments_in(node: cst.CSTNode) -> list[cst.Comment]:
    """Every comment in a node, in the order of the text."""
    if isinstance(node, cst.Comment):
        return [node]
    return [comment for child in children_of(node) for comment in comments_in(child)]


def names_in(node: cst.CSTNode) -> set[str]:
    """Every identifier that stands in a node."""
    if isinstance(node, cst.Name):
        return {node.value}
    return set[str]().union(*(names_in(child) for child in children_of(node)))
