"""Parse a file with LibCST, find the positions of nodes, and write a changed tree back; all other bytes stay.

LibCST's tree has no positions. Printing all of it only to learn some of them costs as much as parsing it. So CPython's
parser tells on which line each top-level statement begins, and only statements with a finding or an edit are printed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import libcst as cst
from libcst._nodes.internal import CodegenState

from asyncshim_codemods.source import line_diff
from asyncshim_codemods.source.parse import line_starts, parsed, split_lines

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from contextlib import AbstractContextManager

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement

_NO_CONTEXT = nullcontext()
_LAST_LINE_END = re.compile(r"(\r\n|\n|\r)\Z")


class UnprintableError(Exception):
    """LibCST does not print this file as it was read, not even line by line."""


class Document:
    """One parsed file. Its text always ends with a line end, which the file itself may lack."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.module = cst.parse_module(data)
        self._text = data.decode(self.module.encoding)
        self._has_last_line_end = self._text.endswith(("\n", "\r"))
        if not self._has_last_line_end:
            self._text += self.module.default_newline
        self._layout_or_none: _Layout | None = None
        self._wanted: dict[Statement, set[cst.CSTNode]] = defaultdict(set)
        self._spans: dict[cst.CSTNode, tuple[int, int]] = {}

    @property
    def text(self) -> str:
        """The text that positions refer to: the text of the file, or the output of LibCST if that differs."""
        return self._layout.text

    @property
    def _layout(self) -> _Layout:
        if self._layout_or_none is None:
            self._layout_or_none = _parsed_layout(self._text, self.data, self.module) or _printed_layout(self.module)
        return self._layout_or_none

    def locate(self, wanted: Mapping[Statement, AbstractSet[cst.CSTNode]]) -> None:
        """Find the positions of nodes, which are given by the top-level statement that holds them."""
        fresh = [each for each, nodes in wanted.items() if each not in self._wanted or nodes - self._wanted[each]]
        for statement in fresh:
            self._wanted[statement] |= wanted[statement]
        if all(map(self._print, fresh)):
            return
        # The two parsers disagree about some line. Then the layout is that of the printed tree.
        self._layout_or_none = _printed_layout(self.module)
        if not all(map(self._print, self._wanted)):
            raise UnprintableError

    def _print(self, statement: Statement) -> bool:
        """Print a statement to learn the positions in it; return whether it is printed as it stands in the text."""
        layout, nodes = self._layout, self._wanted[statement]
        begin, end = layout.span(statement)
        state = _printed(self.module, statement, nodes)
        offsets = list(accumulate(map(len, state.tokens), initial=begin))
        self._spans |= {node: (offsets[state.begin[node]], offsets[state.end[node]]) for node in nodes}
        return "".join(state.tokens) == layout.text[begin:end]

    def position(self, node: cst.CSTNode) -> tuple[int, int]:
        """Return the 1-based line and column of a located node."""
        return self._layout.position(self._spans[node][0])

    def lines(self, node: cst.CSTNode) -> tuple[int, int]:
        """Return the first and the last line of a located node."""
        begin, end = self._spans[node]
        return self._layout.position(begin)[0], self._layout.position(max(begin, end - 1))[0]

    def with_body(self, body: Sequence[Statement], tail: Sequence[cst.EmptyLine] = ()) -> bytes:
        """Return the file's bytes with this module body: old statements keep their text, new ones are printed.

        ``tail`` are lines that stand between the last statement and what followed it before.
        """
        # The positions of replaced statements, and of those before new ones, have to be exact.
        old, kept = set(self.module.body), set(body)
        neighbours = (before for before, new in pairwise(body) if before in old and new not in old)
        self.locate(dict.fromkeys((*old.difference(kept), *neighbours), frozenset[cst.CSTNode]()))
        layout = self._layout
        pieces = [layout.text[slice(*layout.span(each))] if each in old else self._code(each) for each in body]
        pieces += map(self._code, tail)
        text = "".join([layout.text[: layout.bounds[0]], *pieces, layout.text[layout.bounds[-1] :]])
        if layout.text != self._text:
            text = _restore(self._text, layout.text, text)
        if not self._has_last_line_end:
            text = _LAST_LINE_END.sub("", text)
        return text.encode(self.module.encoding)

    def _code(self, node: cst.CSTNode) -> str:
        return "".join(_printed(self.module, node).tokens)


class _Recorder(CodegenState):
    """Prints a node and notes at which token each wanted node begins and ends."""

    def __init__(self, module: cst.Module, wanted: AbstractSet[cst.CSTNode]) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.wanted = wanted
        self.begin: dict[cst.CSTNode, int] = {}
        self.end: dict[cst.CSTNode, int] = {}

    def record_syntactic_position(  # type: ignore[override]  # LibCST only enters and leaves it
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        del node, start_node, end_node  # these positions are not used, and recording them takes a third of the time
        return _NO_CONTEXT

    def before_codegen(self, node: cst.CSTNode) -> None:
        if node in self.wanted:
            self.begin[node] = len(self.tokens)

    def after_codegen(self, node: cst.CSTNode) -> None:
        if node in self.wanted:
            self.end[node] = len(self.tokens)


def _printed(module: cst.Module, node: cst.CSTNode, wanted: AbstractSet[cst.CSTNode] = frozenset()) -> _Recorder:
    state = _Recorder(module, wanted)
    node._codegen(state)  # pyright: ignore[reportPrivateUsage]  # no public printer tells positions
    return state


@dataclass(frozen=True)
class _Layout:
    """A text with the offsets of its top-level statements; the last bound is the end of the last one."""

    text: str
    bounds: Sequence[int]
    statements: Sequence[Statement]

    @cached_property
    def _numbers(self) -> dict[Statement, int]:
        return {statement: number for number, statement in enumerate(self.statements)}

    @cached_property
    def _line_starts(self) -> list[int]:
        return line_starts(self.text)

    def span(self, statement: Statement) -> tuple[int, int]:
        """Return where a top-level statement begins, with the comments above it, and where it ends."""
        number = self._numbers[statement]
        return self.bounds[number], self.bounds[number + 1]

    def position(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of a character."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1


def _printed_layout(module: cst.Module) -> _Layout:
    """Return the layout of what LibCST prints."""
    header, *body = (
        "".join(map(module.code_for_node, part)) for part in (module.header, *([each] for each in module.body))
    )
    footer = "".join(map(module.code_for_node, module.footer))
    bounds = list(accumulate(map(len, body), initial=len(header)))
    return _Layout("".join([header, *body, footer]), bounds, module.body)


def _parsed_layout(text: str, data: bytes, module: cst.Module) -> _Layout | None:
    """Return the layout of a file from the line numbers of CPython's parser; None if the parsers disagree."""
    tree = parsed(data)
    if tree is None or "\f" in text:
        return None
    starts = line_starts(text)
    last = len(starts) - 1
    pending = iter(tree.body)
    lines: list[int] = []
    for statement in module.body:
        parts = statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]
        first, *_ = [next(pending, None) for _ in parts]
        line = None if first is None else _first_line(first, text, starts)
        if line is None:
            return None
        lines.append(line - len(statement.leading_lines))
    lines.append(last - len(module.footer))
    if next(pending, None) is not None or lines != sorted(lines) or lines[0] < 0:
        return None
    return _Layout(text, [starts[line] for line in lines], module.body)


def _first_line(statement: ast.stmt, text: str, line_starts: Sequence[int]) -> int | None:
    """Return the 0-based line of a statement's first token; None for a decorator that begins below its ``@``."""
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", ())
    if not decorators:
        return statement.lineno - 1
    line = decorators[0].lineno - 1
    return line if line < len(line_starts) and text.startswith("@", line_starts[line]) else None


def _restore(original: str, printed: str, changed: str) -> str:
    """Restore the characters that LibCST does not print in the unchanged lines of ``changed``.

    LibCST drops form feeds at the start of a line, and at times a blank line near one. ``printed`` is what it makes
    of ``original``; only the differences between ``printed`` and ``changed`` are intended.
    """
    before, shown, after = (split_lines(text) for text in (original, printed, changed))
    starts = _starts(before, shown)
    result: list[str] = []
    for tag, i1, i2, j1, j2 in line_diff.blocks(shown, after):
        result += before[starts[i1] : starts[i2]] if tag == "equal" else after[j1:j2]
    return "".join(result)


def _starts(before: Sequence[str], shown: Sequence[str]) -> list[int]:
    """Return where each printed line begins in the original. Blank lines that were lost belong to the line below."""
    bare = [[line.replace("\f", "") for line in lines] for lines in (before, shown)]
    starts = [0]
    for tag, i1, i2, j1, j2 in line_diff.blocks(bare[0], bare[1]):
        if tag == "equal":
            starts += range(i1 + 1, i2 + 1)
        elif j1 != j2 or any(line.strip() for line in before[i1:i2]):
            raise UnprintableError
    starts[-1] = len(before)
    return starts
