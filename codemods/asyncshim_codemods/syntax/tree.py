"""Questions about single nodes, and the children of nodes without LibCST's visitors, which take ten times as long."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Fields that can only hold white space, brackets, commas and operators: they contain no names.
_BARREN = {
    "at", "colon", "comma", "dot", "dots", "equal", "footer", "header", "lbrace", "lbracket", "leading_lines",
    "lines_after_decorators", "lpar", "operator", "posonly_ind", "rbrace", "rbracket", "rpar", "semicolon",
    "separator", "trailing_whitespace", "whitespace",
}  # fmt: skip
# Types of field values that are neither a node nor a list of nodes.
LEAVES = frozenset({str, bool, type(None), cst.MaybeSentinel})

_VISITED: dict[type[cst.CSTNode], tuple[str, ...]] = {}
_CODE: dict[type[cst.CSTNode], tuple[str, ...]] = {}
_NAMED: dict[type[cst.CSTNode], tuple[str, ...]] = {}


CLOSED: frozenset[type[cst.CSTNode]] = frozenset({
    cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp,
})  # fmt: skip
"""Nodes with code of their own, in which ``await`` is not valid or means something else."""


def child_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """Return the fields of a node type below which names can stand."""
    known = _NAMED.get(kind)
    if known is None:
        known = _NAMED[kind] = _without_barren(field.name for field in fields(kind))
    return known


def _without_barren(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in _BARREN and not name.startswith("whitespace_"))


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


def _visited_fields(node: cst.CSTNode) -> tuple[str, ...]:
    """Return the fields of a node that hold nodes, in the order of LibCST's visitors."""
    kind = type(node)
    known = _VISITED.get(kind)
    if known is None:
        order = _Order()
        node.visit(order)
        known = _VISITED[kind] = tuple(dict.fromkeys(order.fields))
    return known


def _held(node: cst.CSTNode, names: Iterable[str]) -> Iterator[cst.CSTNode]:
    for name in names:
        child = getattr(node, name)
        # Not isinstance: the base of LibCST's nodes is an abstract class, which makes it slow.
        child_kind = child.__class__
        if child_kind in LEAVES:
            continue
        if child_kind is list or child_kind is tuple:
            yield from child
        else:
            yield child


def children_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Return every node that ``node`` holds, white space and all, in the order of LibCST's ``children``."""
    return _held(node, _visited_fields(node))


def code_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Return the nodes that ``node`` holds and below which names can stand, in the same order: less than half."""
    kind = type(node)
    known = _CODE.get(kind)
    if known is None:
        known = _CODE[kind] = _without_barren(_visited_fields(node))
    return _held(node, known)


def comments_in(node: cst.CSTNode) -> list[cst.Comment]:
    """Return every comment in a node, in the order of the text."""
    if isinstance(node, cst.Comment):
        return [node]
    return [comment for child in children_of(node) for comment in comments_in(child)]


def names_in(node: cst.CSTNode) -> set[str]:
    """Return every identifier that stands in a node."""
    if isinstance(node, cst.Name):
        return {node.value}
    return set[str]().union(*(names_in(child) for child in code_of(node)))


def dotted(node: cst.BaseExpression | None) -> str | None:
    """Return ``a.b.c`` as text; None for anything that is not a chain of names."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        base = dotted(node.value)
        return None if base is None else f"{base}.{node.attr.value}"
    return None


def last_name(node: cst.BaseExpression) -> str:
    """Return ``c`` of ``a.b.c``; "" for anything but a name or an attribute."""
    name = node.attr if isinstance(node, cst.Attribute) else node
    return name.value if isinstance(name, cst.Name) else ""


def all_parameters(parameters: cst.Parameters) -> list[cst.Param]:
    """Return every parameter, in the order of the text."""
    found = [*parameters.posonly_params, *parameters.params]
    if isinstance(parameters.star_arg, cst.Param):
        found.append(parameters.star_arg)
    found += parameters.kwonly_params
    if parameters.star_kwarg is not None:
        found.append(parameters.star_kwarg)
    return found


def is_docstring(statement: cst.CSTNode) -> bool:
    """Return whether a statement, or the first statement of a line, is a string."""
    first = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
    return isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString | cst.ConcatenatedString)


def has_comment(space: cst.BaseParenthesizableWhitespace) -> bool:
    """Return whether white space between brackets holds a comment."""
    return bool(comments_in(space))


def split_blank_lines(lines: Iterable[cst.EmptyLine]) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """Return the blank lines at the start, and the lines from the first comment on."""
    found = list(lines)
    at = next((i for i, line in enumerate(found) if line.comment is not None), len(found))
    return found[:at], found[at:]


def own_code(function: cst.FunctionDef) -> Iterator[cst.CSTNode]:
    """Yield the code of a function's body, without that of functions, classes and comprehensions inside it."""
    pending: list[cst.CSTNode] = [function.body]
    while pending:
        node = pending.pop()
        yield node
        if type(node) not in CLOSED:
            pending += code_of(node)


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield ``node`` and every node below it."""
    pending = [node]
    while pending:
        yield (each := pending.pop())
        pending += children_of(each)
