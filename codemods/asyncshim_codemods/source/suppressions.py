"""Comments ``asyncshim: ignore[CODES]`` and the lines of a Python file that each of them applies to.

A comment at the end of a line applies to that line; at the end of a statement or decorator of several lines, to all of
its lines. A comment on its own line applies to what follows: a statement (of a block, the decorators and the first
line), another decorator, or the next line inside brackets. Other comments may be in between, but no empty line.
"""

from __future__ import annotations

import re
import tokenize
from typing import TYPE_CHECKING

from asyncshim_codemods.source.parse import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_IGNORE = re.compile(r"#\s*asyncshim:\s*ignore(?:\[([^\]]*)\])?")
_BESIDE = {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}


def codes_in(comment: str) -> frozenset[str] | None:
    """Return the codes that a comment names, empty for all of them; None where it is no such comment."""
    match = _IGNORE.search(comment)
    if match is None:
        return None
    return frozenset(code.strip().upper() for code in (match[1] or "").split(",") if code.strip())


def suppressed_codes(text: str) -> Mapping[int, frozenset[str]]:
    """Return the suppressed codes of each 1-based line that a comment applies to; empty for all codes."""
    if _IGNORE.search(text) is None:
        return {}
    lines = [line.rstrip("\r\n") for line in split_lines(text)]
    found = _Suppressions()
    try:
        found.read(lines)
    except (tokenize.TokenError, SyntaxError):  # syntax that is newer than this interpreter
        found = _Suppressions()
        for number, line in enumerate(lines, 1):
            found.add(line, [number, number + 1] if line.lstrip().startswith("#") else [number])
    return found.codes


def is_suppressed(suppressed: Mapping[int, frozenset[str]], code: str, first_line: int, last_line: int) -> bool:
    """Return whether a finding of ``code`` on these lines is to be kept as it is."""
    return any(covers(suppressed.get(line), code) for line in range(first_line, last_line + 1))


def covers(codes: frozenset[str] | None, code: str) -> bool:
    """Return whether a comment with these codes, or prefixes of codes, keeps what has ``code``."""
    return codes is not None and (not codes or code.startswith(tuple(codes)))


class _Suppressions:
    """The suppressed codes of one file, by line."""

    def __init__(self) -> None:
        self.codes: dict[int, frozenset[str]] = {}

    def add(self, comment: str, lines: Iterable[int]) -> None:
        """Record a comment that applies to these lines."""
        codes = codes_in(comment)
        if codes is None:
            return
        for line in lines:
            before = self.codes.get(line, codes)
            self.codes[line] = before | codes if before and codes else frozenset()

    def read(self, lines: Sequence[str]) -> None:
        """Read the tokens of a file, statement by statement."""
        above: list[tokenize.TokenInfo] = []
        statement: list[tokenize.TokenInfo] = []
        over_all: list[tokenize.TokenInfo] = []
        decorated = False
        for token in tokenize.generate_tokens(iter([f"{line}\n" for line in lines]).__next__):
            if statement or token.type not in _BESIDE:
                statement.append(token)
                if token.type == tokenize.NEWLINE:
                    self._settle([*over_all, *above], statement)
                    if statement[0].string != "@":
                        over_all = []
                    elif not decorated:
                        over_all = above
                    decorated = statement[0].string == "@"
                    above, statement = [], []
            elif token.type == tokenize.COMMENT:
                above.append(token)
            elif token.type == tokenize.NL and not token.line.strip():
                above = []

    def _settle(self, above: Sequence[tokenize.TokenInfo], statement: Sequence[tokenize.TokenInfo]) -> None:
        whole = range(statement[0].start[0], statement[-1].end[0] + 1)
        for comment in above:
            self.add(comment.string, whole)
        code = [token for token in statement if token.type not in {tokenize.NL, tokenize.COMMENT, tokenize.NEWLINE}]
        begun = {token.start[0] for token in code}
        for token in statement:
            if token.type != tokenize.COMMENT:
                continue
            line = token.start[0]
            if line >= code[-1].end[0]:
                self.add(token.string, whole)
            elif token.line.lstrip().startswith("#"):
                self.add(token.string, [min(each for each in begun if each > line)])
            else:
                self.add(token.string, [line])
