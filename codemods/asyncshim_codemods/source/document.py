"""Bytes in, a LibCST module with positions out, and the way back that keeps every byte nobody asked to change."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

import libcst as cst
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement

_LINE_END = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_LAST_LINE_END = re.compile(r"(\r\n|\n|\r)\Z")


def split_lines(text: str) -> list[str]:
    """The lines as Python counts them, with their ends: no others than LF, CRLF and CR."""
    return _LINE_END.split(text)


class _Recorder(CodegenState):
    """Prints a tree once and notes at which token each wanted node begins and ends."""

    def __init__(self, module: cst.Module, wanted: set[cst.CSTNode]) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.wanted = wanted
        self.begin: dict[cst.CSTNode, int] = {}
        self.end: dict[cst.CSTNode, int] = {}

    def before_codegen(self, node: cst.CSTNode) -> None:
        if node in self.wanted:
            self.begin[node] = len(self.tokens)

    def after_codegen(self, node: cst.CSTNode) -> None:
        if node in self.wanted:
            self.end[node] = len(self.tokens)


@dataclass(frozen=True, slots=True)
class Printed:
    """A module's text as LibCST prints it, with the character spans of the nodes that were asked for."""

    text: str
    spans: Mapping[cst.CSTNode, tuple[int, int]]


@dataclass(slots=True)
class Source:
    """One parsed file: what was read, its text and its tree."""

    data: bytes
    module: cst.Module
    text: str
    _line_starts: list[int] = field(default_factory=list[int])

    @classmethod
    def parse(cls, data: bytes) -> Source:
        """Parse ``data`` as the interpreter would: cookie, byte order mark and all."""
        module = cst.parse_module(data)
        return cls(data, module, data.decode(module.encoding))

    def print_with_spans(self, wanted: Iterable[cst.CSTNode]) -> Printed:
        """Print the unchanged tree; spans of ``wanted`` and of every top-level statement are in the result."""
        state = _Recorder(self.module, {*wanted, *self.module.body})
        self.module._codegen(state)  # pyright: ignore[reportPrivateUsage]  # no public printer tells positions
        offsets = list(accumulate(map(len, state.tokens), initial=0))
        last = len(offsets) - 1
        spans = {
            node: (offsets[min(at, last)], offsets[min(state.end[node], last)]) for node, at in state.begin.items()
        }
        return Printed("".join(state.tokens), spans)

    def position(self, text: str, offset: int) -> tuple[int, int]:
        """1-based line and column in the file of a character offset in ``text``, the printed form of the tree."""
        if not self._line_starts:
            self._line_starts = list(accumulate(map(len, split_lines(text)), initial=0))
        starts = self._line_starts
        low, high = 0, len(starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if starts[middle] <= offset:
                low = middle
            else:
                high = middle - 1
        return low + 1, offset - starts[low] + 1

    def with_body(self, printed: Printed, body: Sequence[Statement], tail: Sequence[cst.EmptyLine] = ()) -> bytes:
        """The file's bytes with this module body: statements of the old tree keep their text, others are printed.

        ``tail`` are lines that stand between the last statement and what followed it before.
        """
        newline = self.module.default_newline
        old = self.module.body
        text = printed.text[: printed.spans[old[0]][0]] if old else ""
        for statement in (*body, *tail):
            span = printed.spans.get(statement)
            if text and not text.endswith(("\n", "\r")):
                text += newline
            text += self.module.code_for_node(statement) if span is None else printed.text[slice(*span)]
        footer = printed.text[printed.spans[old[-1]][1] :] if old else printed.text
        if footer or self.module.has_trailing_newline:
            text += footer
        else:
            text = _LAST_LINE_END.sub("", text)
        if printed.text != self.text:
            text = _restore(self.text, printed.text, text)
        return text.encode(self.module.encoding)


def _restore(original: str, printed: str, changed: str) -> str:
    """Give the lines of ``changed`` that nobody touched the characters that LibCST does not print.

    LibCST forgets form feeds at the start of a line, and at times a blank line near one. ``printed`` is what it makes
    of ``original``; what differs between ``printed`` and ``changed`` is all that was meant to change.
    """
    before, shown, after = (split_lines(text) for text in (original, printed, changed))
    starts = _starts(before, shown)
    result: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=shown, b=after, autojunk=False).get_opcodes():
        result += before[starts[i1] : starts[i2]] if tag == "equal" else after[j1:j2]
    return "".join(result)


def _starts(before: Sequence[str], shown: Sequence[str]) -> list[int]:
    """Where each printed line begins in the original, together with the blank lines that were lost before it."""
    bare = [[line.replace("\f", "") for line in lines] for lines in (before, shown)]
    starts = [0]
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=bare[0], b=bare[1], autojunk=False).get_opcodes():
        if tag == "equal":
            starts += range(i1 + 1, i2 + 1)
        elif j1 != j2 or any(line.strip() for line in before[i1:i2]):
            raise UnprintableError
    starts[-1] = len(before)
    return starts


class UnprintableError(Exception):
    """LibCST does not print this file as it was read, not even line by line."""
