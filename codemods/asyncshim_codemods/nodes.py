"""Children of LibCST's nodes, without its visitors: those take ten times as long to go down a tree."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Fields that can only hold white space, brackets, commas and operators: no name is ever found below them.
_BARREN = {
    "at", "colon", "comma", "dot", "dots", "equal", "footer", "header", "lbrace", "lbracket", "leading_lines",
    "lines_after_decorators", "lpar", "operator", "posonly_ind", "rbrace", "rbracket", "rpar", "semicolon",
    "separator", "trailing_whitespace", "whitespace",
}  # fmt: skip
# What a field can hold that is neither a node nor a list of nodes.
LEAVES = frozenset({str, bool, type(None), cst.MaybeSentinel})

_ALL: dict[type[cst.CSTNode], tuple[str, ...]] = {}
_NAMED: dict[type[cst.CSTNode], tuple[str, ...]] = {}


def child_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The fields of a node type below which names can stand."""
    known = _NAMED.get(kind)
    if known is None:
        names = [field.name for field in fields(kind)]
        known = _NAMED[kind] = tuple(n for n in names if n not in _BARREN and not n.startswith("whitespace_"))
    return known


def children_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Every node that ``node`` holds, white space and all."""
    kind = type(node)
    known = _ALL.get(kind)
    if known is None:
        known = _ALL[kind] = tuple(field.name for field in fields(kind))
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
    found = _comments(node, children_of)
    # Fields need not be in the order of the text; LibCST's own way down is, and it is needed rarely.
    return found if len(found) < 2 else _comments(node, lambda each: each.children)


def _comments(node: cst.CSTNode, children: Callable[[cst.CSTNode], Iterable[cst.CSTNode]]) -> list[cst.Comment]:
    if isinstance(node, cst.Comment):
        return [node]
    return [comment for child in children(node) for comment in _comments(child, children)]


def names_in(node: cst.CSTNode) -> set[str]:
    """Every identifier that stands in a node."""
    if isinstance(node, cst.Name):
        return {node.value}
    return set[str]().union(*(names_in(child) for child in children_of(node)))
