"""The statements of a module and of its classes as ranges of lines, with the names that they bind."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from asyncshim_codemods.source.narrowing.free_names import FreeNames

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Keep(IntEnum):
    """How much of a statement is kept: of a function or class perhaps all but what is in it."""

    NOTHING = 0
    HEADER = 1
    WHOLE = 2


@dataclass(slots=True, eq=False)
class Unit:
    """One statement; lines are counted from 1. ``beside`` are the names that its class binds, if it is in one."""

    node: ast.stmt
    first: int
    last: int
    body_first: int = 0
    shares_line: bool = False
    keep: Keep = Keep.NOTHING
    children: list[Unit] = field(default_factory=list["Unit"])
    binds: set[str] = field(default_factory=set[str])
    beside: set[str] = field(default_factory=set[str])

    @property
    def line(self) -> int:
        """Where ``def`` or ``class`` stands."""
        return self.node.lineno

    @property
    def is_function(self) -> bool:
        """Whether it is a ``def``, async or not."""
        return isinstance(self.node, _Function)

    @property
    def is_async(self) -> bool:
        """Whether it is an ``async def``."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def has_body(self) -> bool:
        """Whether it is a function or class whose body has lines of its own."""
        return self.body_first > self.first

    @property
    def has_block(self) -> bool:
        """Whether an indented block is part of it."""
        if self.is_function or self.is_class:
            return self.has_body
        return self.last > self.first and hasattr(self.node, "body")

    @property
    def can_go(self) -> bool:
        """Whether it is of a kind that binds nothing but plain names, and so may be left out."""
        node = self.node
        if isinstance(node, ast.Assign):
            return all(isinstance(target, ast.Name) for target in node.targets)
        if isinstance(node, ast.AnnAssign):
            return isinstance(node.target, ast.Name)
        return isinstance(node, _Function | ast.ClassDef | ast.Expr)


def units_of(body: Sequence[ast.stmt], lines: Sequence[str], free: FreeNames) -> list[Unit]:
    """The statements of a block, in order."""
    found: list[Unit] = []
    for node in body:
        unit = Unit(node, _first_line(node), node.end_lineno or node.lineno)
        if not _begins_line(node, lines):
            unit.shares_line = True
        if found and found[-1].last >= unit.first:
            found[-1].shares_line = unit.shares_line = True
        found.append(unit)
        if isinstance(node, _Function | ast.ClassDef):
            unit.binds.add(node.name)
            _divide(unit, node, lines, free)
        else:
            unit.binds |= free.bound([node])
    return found


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return decorators[0].lineno if decorators else node.lineno


def _begins_line(node: ast.stmt, lines: Sequence[str]) -> bool:
    """Whether nothing stands before a statement on its first line, nor continues into that line."""
    number = _first_line(node)
    line = lines[number - 1]
    if getattr(node, "decorator_list", []):
        begins = line.lstrip(" \t").startswith("@")
    else:
        begins = not line[: node.col_offset].strip(" \t")
    return begins and not (number > 1 and lines[number - 2].rstrip("\r").endswith("\\"))


def _divide(unit: Unit, node: _Function | ast.ClassDef, lines: Sequence[str], free: FreeNames) -> None:
    """Find where the body begins, if that is on a line of its own, and what a class is made of."""
    first = _first_line(node.body[0])
    if first > node.lineno and _begins_line(node.body[0], lines):
        unit.body_first = first
        if isinstance(node, ast.ClassDef):
            unit.children = units_of(node.body, lines, free)
            beside = set[str]().union(*(each.binds for each in unit.children))
            for each in unit.children:
                each.beside = beside


def walk(units: Iterable[Unit]) -> Iterator[Unit]:
    """The statements, and those that the classes among them are made of."""
    for unit in units:
        yield unit
        yield from walk(unit.children)


def cut_units(units: Iterable[Unit]) -> Iterator[Unit]:
    """The statements of which at least the body is left out."""
    for unit in units:
        if unit.keep is Keep.HEADER and unit.is_class:
            yield from cut_units(unit.children)
        elif unit.keep is not Keep.WHOLE:
            yield unit


def head(units: Sequence[Unit]) -> Iterator[Unit]:
    """The statements at the head of a file, to the first that is no import, and to the first with an indented block."""
    in_head, has_block = True, False
    for number, unit in enumerate(units):
        yield unit
        if number and not isinstance(unit.node, ast.Import | ast.ImportFrom | ast.If | ast.Try):
            in_head = False
        has_block = has_block or unit.has_block
        if has_block and not in_head:
            return


def decorator_names(unit: Unit) -> set[str]:
    """The names that the decorators of a function or class begin with."""
    found: set[str] = set()
    for each in getattr(unit.node, "decorator_list", ()):
        node = each
        while isinstance(node, ast.Attribute | ast.Call):
            node = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Name):
            found.add(node.id)
    return found


def is_in_string(unit: Unit, name: str) -> bool:
    """Whether a string in the statement holds the name."""
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and name in node.value
        for node in ast.walk(unit.node)
    )
