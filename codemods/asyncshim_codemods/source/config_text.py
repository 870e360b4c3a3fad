"""The text of one file with its exact bytes, and edits of it by character span."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from asyncshim_codemods.source.ini_reading import ConfigError

_BOM = "\ufeff"
_NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace ``text[start:end]`` by ``text``."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class ConfigText:
    """A decoded file. A byte-order mark is kept apart, so that no parser reads it and no edit loses it."""

    path: str
    text: str
    bom: str
    starts: tuple[int, ...]

    @classmethod
    def decode(cls, path: str, data: bytes) -> ConfigText:
        """Read ``data`` as UTF-8, which is what pytest, pip and the TOML specification read."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise ConfigError(
                "not UTF-8 text, so the file stays unchanged: save it as UTF-8 and run again", line
            ) from None
        return cls._of(path, text)

    @classmethod
    def decode_any(cls, path: str, data: bytes) -> ConfigText:
        """Read a file that is only reported; bytes that are not UTF-8 become single characters."""
        try:
            return cls._of(path, data.decode("utf-8"))
        except UnicodeDecodeError:
            return cls._of(path, data.decode("latin-1"))

    @classmethod
    def _of(cls, path: str, text: str) -> ConfigText:
        bom = _BOM if text.startswith(_BOM) else ""
        text = text[len(bom) :]
        starts = (0, *(match.end() for match in _NEWLINE.finditer(text)))
        return cls(path, text, bom, starts)

    def encode(self, text: str) -> bytes:
        """Return the bytes of ``text`` with this file's byte-order mark."""
        return (self.bom + text).encode("utf-8")

    def line(self, offset: int) -> int:
        """Return the 1-based line of a character."""
        return bisect_right(self.starts, offset)

    def column(self, offset: int) -> int:
        """Return the 1-based column of a character."""
        return offset - self.starts[self.line(offset) - 1] + 1

    def line_span(self, line: int) -> tuple[int, int]:
        """Return where a 1-based line starts and where the next one does: its line end belongs to it."""
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return start, end

    def line_text(self, line: int) -> str:
        """Return a 1-based line without its line end."""
        start, end = self.line_span(line)
        return self.text[start:end].rstrip("\r\n")

    @property
    def line_count(self) -> int:
        """How many lines there are; an empty one after the last line end does not count."""
        return len(self.starts) - (self.starts[-1] == len(self.text) and len(self.starts) > 1)

    @property
    def newline(self) -> str:
        """The line end of the first line, for lines that are added."""
        match = _NEWLINE.search(self.text)
        return match.group() if match else "\n"

    def newline_at(self, line: int) -> str:
        """Return the line end of that line, or this file's where the last line has none."""
        start, end = self.line_span(line)
        match = _NEWLINE.search(self.text, start, end)
        return match.group() if match else self.newline


def require_round_trip(before: str, after: str, library: str) -> None:
    """Raise, with the first line that differs, unless a library writes a text back as it read it."""
    if before == after:
        return
    pairs = zip(before.split("\n"), after.split("\n"), strict=False)
    line = next((number for number, (one, other) in enumerate(pairs, 1) if one != other), None)
    message = f"{library} does not write this file back byte for byte, so it stays unchanged: edit it manually"
    raise ConfigError(message, line)


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """Return ``text`` with every edit made; raise if two edits overlap."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end)):
        if edit.start < position:
            raise ConfigError("two edits of one run overlap, so the file stays unchanged")
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, text[position:]])


def delete_lines(source: ConfigText, lines: Iterable[int]) -> list[TextEdit]:
    """Return one deletion for each of these whole lines; nothing beside them changes, not even the line end before."""
    return [TextEdit(*source.line_span(line)) for line in sorted(set(lines))]


def insert_line(source: ConfigText, after_line: int, text: str) -> TextEdit:
    """Add a line below that one, with that one's line end."""
    _, end = source.line_span(after_line)
    newline = source.newline_at(after_line)
    complete = source.text[:end].endswith(("\n", "\r"))
    return TextEdit(end, end, text + newline if complete else newline + text)


def append_lines(source: ConfigText, lines: Iterable[str]) -> TextEdit:
    """Add lines at the end of the file, below an empty one."""
    end, newline = len(source.text), source.newline
    complete = not source.text or source.text.endswith(("\n", "\r"))
    before = ("" if complete else newline) + (newline if source.text.strip() else "")
    return TextEdit(end, end, before + "".join(f"{line}{newline}" for line in lines))
