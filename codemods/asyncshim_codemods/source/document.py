"""Parse a file with LibCST, find the positions of nodes, and write a changed tree back; all other bytes stay.

LibCST's tree has no positions. Printing all of it only to learn some of them costs as much as parsing it. So CPython's
parser tells on which line each statement begins, and only statements with a finding or an edit are printed: of a test
with a marker, the lines above its body.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.source import line_diff
from asyncshim_codemods.source.layout import parsed_layout, printed_layout, replaced
from asyncshim_codemods.source.parse import split_lines
from asyncshim_codemods.source.printing import Printer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from asyncshim_codemods.source.layout import Layout, Statement
    from asyncshim_codemods.source.printing import Definition, Known

_LAST_LINE_END = re.compile(r"(\r\n|\n|\r)\Z")
_CHECK = cst.CSTNode.__post_init__


class UnprintableError(Exception):
    """LibCST does not print this file as it was read, not even line by line."""


class Document:
    """One parsed file. Its text always ends with a line end, which the file itself may lack."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.module = _parsed(data)
        self._text = data.decode(self.module.encoding)
        self._has_last_line_end = self._text.endswith(("\n", "\r"))
        if not self._has_last_line_end:
            self._text += self.module.default_newline
        self._layout_or_none: Layout | None = None
        self._wanted: dict[Statement, set[cst.CSTNode]] = defaultdict(set)
        self._spans: dict[cst.CSTNode, tuple[int, int]] = {}

    @property
    def text(self) -> str:
        """The text that positions refer to: the text of the file, or the output of LibCST if that differs."""
        return self._layout.text

    @property
    def _layout(self) -> Layout:
        if self._layout_or_none is None:
            self._layout_or_none = parsed_layout(self._text, self.data, self.module) or printed_layout(self.module)
        return self._layout_or_none

    def locate(self, wanted: Mapping[Statement, AbstractSet[cst.CSTNode]]) -> None:
        """Find the positions of nodes, which are given by the top-level statement that holds them.

        In functions and classes, only those statements are printed that are wanted as well.
        """
        fresh = [each for each, nodes in wanted.items() if each not in self._wanted or nodes - self._wanted[each]]
        for statement in fresh:
            self._wanted[statement] |= wanted[statement]
        if all(map(self._print, fresh)):
            return
        # The two parsers disagree about some line. Then the layout is that of the printed tree.
        self._layout_or_none = printed_layout(self.module)
        if not all(map(self._print, self._wanted)):
            raise UnprintableError

    def _print(self, statement: Statement) -> bool:
        """Print a statement to learn the positions in it; return whether it is printed as it stands in the text."""
        layout, nodes = self._layout, self._wanted[statement]
        begin, end = layout.spans[statement]
        printer = Printer(self.module, nodes)

        def known(holder: Definition, body: Sequence[cst.BaseStatement]) -> list[Known | None] | None:
            return [None if e in nodes else layout.known(e) for e in body] if layout.split(holder) else None

        printer.print(statement, known)
        offsets = list(accumulate(map(len, printer.tokens), initial=begin))
        self._spans |= {node: (offsets[first], offsets[printer.end[node]]) for node, first in printer.begin.items()}
        if "".join(printer.tokens) != layout.text[begin:end]:
            return False
        # A statement may still get a line of its neighbour, if all of them are printed.
        return all(self._spans[each] == layout.spans[each] for each in nodes & layout.spans.keys())

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
        self.locate(replaced(self.module.body, body))
        layout = self._layout
        old = set(self.module.body)
        pieces = [layout.text[slice(*layout.spans[each])] if each in old else self._code(each) for each in body]
        pieces += map(self._code, tail)
        text = "".join([layout.text[: layout.bounds[0]], *pieces, layout.text[layout.bounds[-1] :]])
        if layout.text != self._text:
            text = _restore(self._text, layout.text, text)
        if not self._has_last_line_end:
            text = _LAST_LINE_END.sub("", text)
        return text.encode(self.module.encoding)

    def _code(self, node: cst.CSTNode) -> str:
        printer, known = Printer(self.module), self._layout.known
        printer.print(node, lambda _holder, body: list(map(known, body)))
        return "".join(printer.tokens)


def _parsed(data: bytes) -> cst.Module:
    """Return the tree of a file.

    LibCST checks each node that is made, also those of its parser, which makes no wrong ones: a seventh of the time. So
    the check is off in the meantime, and on for the nodes that rules make.
    """
    cst.CSTNode.__post_init__ = _unchecked  # type: ignore[assignment, method-assign]
    try:
        return cst.parse_module(data)
    finally:
        cst.CSTNode.__post_init__ = _CHECK  # type: ignore[method-assign]


def _unchecked(_node: cst.CSTNode) -> None:
    """Do nothing."""


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
