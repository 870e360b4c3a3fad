"""A value made of words or lines, with the place in the file of each of its characters.

The value is what the parser gives; the file may spell it with escapes or continuation lines. Words are removed
from the value, and the offsets give the characters of the file.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_WORD = re.compile(r"""(?:[^\s'"\\]|'[^']*'|"(?:\\.|[^"\\])*"|\\.)+""", re.DOTALL)
_LINE = re.compile(r"\S(?:[^\n]*[^\s])?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|([ \t]*\r?\n\s*)|(.))")
_NAMED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


class Split(StrEnum):
    """How pytest splits a string: ``addopts`` into words, ``markers`` into lines."""

    WORDS = "words"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Token:
    """One word or line: its span in the value, and what it says once quotes are taken away."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The parts to remove: whole lines by their index, and spans of the value with their replacements."""

    lines: tuple[int, ...]
    spans: tuple[tuple[int, int, str], ...]

    def all_spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return the spans with those of the whole lines, in order; deletions that touch or overlap are made one."""
        merged: list[tuple[int, int, str]] = []
        for start, end, new in sorted([*self.spans, *(_line_span(text, line) for line in self.lines)]):
            if merged and not new and not merged[-1][2] and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]), "")
            else:
                merged.append((start, end, new))
        return merged


def _line_span(text: str, line: int) -> tuple[int, int, str]:
    """Return a line of the value with its line end; for the last one, the line end before it."""
    lines = text.split("\n")
    start = sum(len(part) + 1 for part in lines[:line])
    if line == len(lines) - 1:
        return max(start - 1, 0), len(text), ""
    return start, start + len(lines[line]) + 1, ""


@dataclass(frozen=True, slots=True)
class TextValue:
    """The value, and for each of its characters (and its end) the offset in the file."""

    text: str
    offsets: tuple[int, ...]

    def tokens(self, split: Split) -> list[Token]:
        """Return the words or lines; none when the value's quotes do not pair, which pytest refuses as well."""
        if split is Split.LINES:
            return [Token(match.start(), match.end(), match.group()) for match in _LINE.finditer(self.text)]
        try:
            words = shlex.split(self.text)
        except ValueError:
            return []
        matches = list(_WORD.finditer(self.text))
        if len(matches) != len(words):
            return []
        return [Token(match.start(), match.end(), word) for match, word in zip(matches, words, strict=True)]

    def cut(self, tokens: Sequence[Token], removed: Collection[int], replaced: Mapping[int, str]) -> Cut:
        """Remove these tokens: a word with the blanks on one side, a whole line if nothing else is on it."""
        lines: list[int] = []
        spans = [(tokens[index].start, tokens[index].end, text) for index, text in replaced.items()]
        for line, members in enumerate(self._by_line(tokens)):
            doomed = [index for index in members if index in removed]
            if doomed and len(doomed) == len(members):
                lines.append(line)
                continue
            for index in doomed:
                before = [member for member in members if member < index and member not in removed]
                after = [member for member in members if member > index]
                if before:
                    spans.append((tokens[index - 1].end, tokens[index].end, ""))
                else:
                    spans.append((tokens[index].start, tokens[after[0]].start, ""))
        return Cut(tuple(lines), tuple(sorted(spans)))

    def _by_line(self, tokens: Sequence[Token]) -> list[list[int]]:
        """Return the indices of the tokens that begin on each line."""
        found: list[list[int]] = [[] for _ in range(self.text.count("\n") + 1)]
        for index, token in enumerate(tokens):
            found[self.text.count("\n", 0, token.start)].append(index)
        return found


def text_of_toml_string(source: str, start: int, end: int) -> TextValue:
    """Return the value of the string token at that span, character by character."""
    token = source[start:end]
    quote = token[:3] if token[:3] in {'"""', "'''"} and len(token) >= 6 else token[:1]
    at, stop = start + len(quote), end - len(quote)
    if len(quote) == 3:
        at += 2 if source.startswith("\r\n", at) else 1 if source.startswith("\n", at) else 0
    characters: list[str] = []
    offsets: list[int] = []
    while at < stop:
        character, length = _character(source, at, literal=quote[0] == "'")
        if character:
            characters.append(character)
            offsets.append(at)
        at += length
    return TextValue("".join(characters), (*offsets, stop))


def _character(source: str, at: int, *, literal: bool) -> tuple[str, int]:
    """Return the character that stands at ``at``, and how long its spelling is; an escaped line end is no character."""
    if source.startswith("\r\n", at):
        return "\n", 2
    match = None if literal else _ESCAPE.match(source, at)
    if match is None:
        return source[at], 1
    short, long, byte, folded, named = match.groups()
    if folded is not None:
        return "", len(match.group())
    digits = short or long or byte
    return (chr(int(digits, 16)) if digits else _NAMED.get(named, named)), len(match.group())
