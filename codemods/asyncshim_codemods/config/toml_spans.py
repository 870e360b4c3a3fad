"""Where each key, value and array element of a TOML document stands, as character spans.

``tomllib`` has accepted the text before it comes here, so this scanner knows that the syntax is right and only
has to find its way.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum

from asyncshim_codemods.project.values import Path

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d\d:[0-9:.Z+-]+|[A-Za-z0-9_+.:-]+")
_STRING_START = re.compile(r'"""|\'\'\'|"|\'')


class Holder(StrEnum):
    """What an item stands in."""

    TABLE = "table"
    INLINE = "inline table"
    ARRAY = "array"


@dataclass(frozen=True, slots=True)
class Item:
    """One ``key = value``, or one element of an array (whose key span is empty).

    ``holder_start`` and ``holder_end`` enclose the brackets of the array or inline table that holds it.
    """

    path: Path
    start: int
    key_end: int
    value_start: int
    value_end: int
    holder: Holder
    holder_start: int
    holder_end: int


@dataclass(frozen=True, slots=True)
class Header:
    """A ``[table]`` or ``[[array of tables]]`` line: its path (with the index of an array) and its brackets' span."""

    path: Path
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TomlSpans:
    """The items and headers of a document, in the order of the text."""

    items: tuple[Item, ...]
    headers: tuple[Header, ...]

    def find(self, path: Path) -> Item | None:
        """The item at that path."""
        return next((item for item in self.items if item.path == path), None)

    def children(self, path: Path) -> list[Item]:
        """The items one step below that path."""
        depth = len(path)
        return [item for item in self.items if len(item.path) == depth + 1 and item.path[:depth] == path]

    def header(self, path: Path) -> Header | None:
        """The header that opens that table."""
        return next((header for header in self.headers if header.path == path), None)


def scan_toml(text: str) -> TomlSpans:
    """The spans of everything in ``text``, which must be valid TOML."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.items: list[Item] = []
        self.headers: list[Header] = []
        self.array_tables: dict[Path, int] = {}

    def scan(self) -> TomlSpans:
        table: Path = ()
        self.skip(newlines=True)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.table_header()
            else:
                self.pair(table, Holder.TABLE, self.at)
            self.skip(newlines=True)
        return TomlSpans(tuple(self.items), tuple(self.headers))

    def skip(self, *, newlines: bool) -> None:
        """Go on to the next character that is neither white space nor in a comment."""
        blanks = " \t\r\n" if newlines else " \t"
        while self.at < len(self.text):
            if self.text[self.at] in blanks:
                self.at += 1
            elif newlines and self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return

    def table_header(self) -> Path:
        start = self.at
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        keys = self.key()
        self.at += 2 if is_array else 1
        path: Path = ()
        for index, key in enumerate(keys):
            path = (*path, key)
            last = index == len(keys) - 1
            if last and is_array:
                self.array_tables[path] = self.array_tables.get(path, -1) + 1
            if path in self.array_tables:
                path = (*path, self.array_tables[path])
        self.headers.append(Header(path, start, self.at))
        return path

    def key(self) -> Path:
        parts: list[str] = []
        while True:
            self.skip(newlines=False)
            if self.text[self.at] in "\"'":
                start = self.at
                self.string()
                parts.append(decode_string(self.text[start : self.at]))
            else:
                match = _BARE_KEY.match(self.text, self.at)
                assert match is not None
                parts.append(match.group())
                self.at = match.end()
            end = self.at
            self.skip(newlines=False)
            if self.text[self.at] != ".":
                # A span must not take the blanks before ``=`` with it.
                self.key_end = end
                return tuple(parts)
            self.at += 1

    def pair(self, table: Path, holder: Holder, holder_start: int) -> None:
        start = self.at
        path = (*table, *self.key())
        key_end = self.key_end
        self.at += 1
        self.skip(newlines=False)
        place = len(self.items)
        value_start = self.at
        self.value(path)
        # Items come in the order of the text, so the pair goes before what its value holds.
        self.items.insert(place, Item(path, start, key_end, value_start, self.at, holder, holder_start, self.at))

    def value(self, path: Path) -> None:
        match self.text[self.at]:
            case '"' | "'":
                self.string()
            case "[":
                self.array(path)
            case "{":
                self.inline_table(path)
            case _:
                match = _SCALAR.match(self.text, self.at)
                assert match is not None
                self.at = match.end()

    def string(self) -> None:
        match = _STRING_START.match(self.text, self.at)
        assert match is not None
        quote = match.group()
        self.at = match.end()
        while not self.text.startswith(quote, self.at):
            self.at += 2 if self.text[self.at] == "\\" and quote[0] == '"' else 1
        self.at += len(quote)
        # Up to two quotes may stand directly before the closing three.
        while len(quote) == 3 and self.text.startswith(quote[0], self.at):
            self.at += 1

    def array(self, path: Path) -> None:
        opened, place, index = self.at, len(self.items), 0
        self.at += 1
        self.skip(newlines=True)
        while self.text[self.at] != "]":
            start, here = self.at, len(self.items)
            self.value((*path, index))
            item = Item((*path, index), start, start, start, self.at, Holder.ARRAY, opened, self.at)
            self.items.insert(here, item)
            index += 1
            self.skip(newlines=True)
            if self.text[self.at] == ",":
                self.at += 1
                self.skip(newlines=True)
        self.at += 1
        self.close(place, opened)

    def inline_table(self, path: Path) -> None:
        opened, place = self.at, len(self.items)
        self.at += 1
        self.skip(newlines=True)
        while self.text[self.at] != "}":
            self.pair(path, Holder.INLINE, opened)
            self.skip(newlines=True)
            if self.text[self.at] == ",":
                self.at += 1
                self.skip(newlines=True)
        self.at += 1
        self.close(place, opened)

    def close(self, place: int, opened: int) -> None:
        """Tell the items of the array or inline table that ends here where it ends."""
        for index in range(place, len(self.items)):
            item = self.items[index]
            if item.holder_start == opened and item.holder is not Holder.TABLE:
                self.items[index] = Item(
                    item.path,
                    item.start,
                    item.key_end,
                    item.value_start,
                    item.value_end,
                    item.holder,
                    opened,
                    self.at,
                )


def decode_string(token: str) -> str:
    """The value of a string token with its quotes."""
    return str(tomllib.loads(f"value = {token}")["value"])


def encode_string(value: str, quoted_like: str) -> str:
    """``value`` as a one-line string token, with the quote character of ``quoted_like`` where it can hold it."""
    if quoted_like[:1] == "'" and "'" not in value and value.isprintable():
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'
