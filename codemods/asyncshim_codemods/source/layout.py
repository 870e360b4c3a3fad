"""Where the statements of a file begin and end in its text: by the line numbers of CPython's parser, or as printed."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.source.parse import line_starts, parsed
from asyncshim_codemods.source.printing import Definition, Known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
Span = tuple[int, int]
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Layout:
    """A text with the offsets of its top-level statements; the last bound is the end of the last one.

    ``nodes`` are the functions and classes of CPython's tree; without them, no statement is split.
    """

    text: str
    bounds: Sequence[int]
    statements: Sequence[Statement]
    nodes: dict[cst.BaseStatement, ast.stmt] = field(default_factory=dict[cst.BaseStatement, "ast.stmt"])
    _indentation: dict[cst.BaseStatement, str] = field(default_factory=dict[cst.BaseStatement, str])

    @cached_property
    def spans(self) -> dict[cst.CSTNode, Span]:
        """Where each known statement begins, with the comments above it, and where it ends."""
        return dict(zip(self.statements, pairwise(self.bounds), strict=True))

    @cached_property
    def _line_starts(self) -> list[int]:
        return line_starts(self.text)

    def position(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of a character."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def split(self, statement: Definition) -> bool:
        """Find the spans of the statements in the body of a function or class; return whether they are known."""
        node, block = self.nodes.pop(statement, None), statement.body
        if isinstance(node, _DEFINITIONS) and isinstance(block, cst.IndentedBlock):
            (begin, end), starts = self.spans[statement], self._line_starts
            found = _first_lines(block.body, node.body, self.text, starts)
            if found is not None:
                lines, nodes = found
                lines.append(bisect_left(starts, end) - len(block.footer))
                if lines == sorted(lines) and starts[lines[0]] > begin:
                    self.spans.update(zip(block.body, pairwise(starts[line] for line in lines), strict=True))
                    self.nodes.update(nodes)
                    first = node.body[0]
                    line = starts[first.lineno - 1]
                    indentation = self.text[line : line + first.col_offset]
                    self._indentation.update(dict.fromkeys(block.body, indentation))
        return all(each in self._indentation for each in block.body)

    def known(self, statement: cst.BaseStatement) -> Known | None:
        """Return a statement in the body of a function or class with its text, if that is known."""
        indentation = self._indentation.get(statement)
        if indentation is None:
            return None
        return Known(statement, self.text[slice(*self.spans[statement])], indentation)


def replaced(old: Sequence[Statement], new: Sequence[Statement]) -> dict[Statement, set[cst.CSTNode]]:
    """Return the old statements that are gone, and those before new ones, by the top-level statement of each."""
    below = {each: set(_with_inner(each)) for each in set(old).difference(new)}
    made = {inner for each in set(new).difference(old) for inner in _with_inner(each)}
    tops = {each: each for each in old} | {inner: each for each, found in below.items() for inner in found}
    result: dict[Statement, set[cst.CSTNode]] = {each: {*found.difference(made)} for each, found in below.items()}
    for block in (new, *map(_body, made)):
        for before, after in pairwise(block):
            if before in tops and after not in tops:
                result.setdefault(tops[before], set()).update(_with_last(before))
    return result


def _body(statement: cst.CSTNode) -> Sequence[cst.BaseStatement]:
    """Return the lines in the body of a function or class."""
    block = statement.body if isinstance(statement, Definition) else None
    return block.body if isinstance(block, cst.IndentedBlock) else ()


def _with_inner(statement: cst.BaseStatement) -> Iterator[cst.BaseStatement]:
    """Yield a statement, and those in it if it is a function or class."""
    yield statement
    for each in _body(statement):
        yield from _with_inner(each)


def _with_last(statement: cst.BaseStatement) -> Iterator[cst.BaseStatement]:
    """Yield a statement, and those at its end if it is a function or class."""
    yield statement
    for each in _body(statement)[-1:]:
        yield from _with_last(each)


def printed_layout(module: cst.Module) -> Layout:
    """Return the layout of what LibCST prints."""
    header, *body = (
        "".join(map(module.code_for_node, part)) for part in (module.header, *([each] for each in module.body))
    )
    footer = "".join(map(module.code_for_node, module.footer))
    bounds = list(accumulate(map(len, body), initial=len(header)))
    return Layout("".join([header, *body, footer]), bounds, module.body)


def parsed_layout(text: str, data: bytes, module: cst.Module) -> Layout | None:
    """Return the layout of a file from the line numbers of CPython's parser; None if the parsers disagree."""
    tree = parsed(data)
    if tree is None or "\f" in text:
        return None
    starts = line_starts(text)
    found = _first_lines(module.body, tree.body, text, starts)
    if found is None:
        return None
    lines, nodes = found
    lines.append(len(starts) - 1 - len(module.footer))
    if lines != sorted(lines) or lines[0] < 0:
        return None
    return Layout(text, [starts[line] for line in lines], module.body, nodes)


def _first_lines(
    body: Sequence[cst.BaseStatement], nodes: Sequence[ast.stmt], text: str, starts: Sequence[int]
) -> tuple[list[int], dict[cst.BaseStatement, ast.stmt]] | None:
    """Return the 0-based first line of each statement, comments above it included; None if the parsers disagree."""
    pending = iter(nodes)
    lines: list[int] = []
    definitions: dict[cst.BaseStatement, ast.stmt] = {}
    for statement in body:
        assert isinstance(statement, Statement)
        parts = statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]
        first, *_ = [next(pending, None) for _ in parts]
        line = None if first is None else _first_line(first, text, starts)
        if first is None or line is None:
            return None
        lines.append(line - len(statement.leading_lines))
        if isinstance(statement, cst.FunctionDef | cst.ClassDef):
            definitions[statement] = first
    return None if next(pending, None) is not None else (lines, definitions)


def _first_line(statement: ast.stmt, text: str, starts: Sequence[int]) -> int | None:
    """Return the 0-based line of a statement's first token; None for a decorator that begins below its ``@``."""
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", ())
    if not decorators:
        return statement.lineno - 1
    line = decorators[0].lineno - 1
    is_below_at = line < len(starts) and text.startswith("@", starts[line] + statement.col_offset)
    return line if is_below_at else None
