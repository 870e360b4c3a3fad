"""One TOML file under review: its values, where they stand, and what is to change in it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from asyncshim_codemods.config.check import ValueChange, parse_toml
from asyncshim_codemods.config.text_value import TextValue, Token, text_of_toml_string
from asyncshim_codemods.project.values import Path, as_array, as_table, value_at
from asyncshim_codemods.source.config_text import ConfigText, TextEdit, append_lines, apply_edits, insert_line

if TYPE_CHECKING:
    from asyncshim_codemods.config.toml_tree import TomlTree


@dataclass
class TomlFile:
    """The values of a file, the changes of them by path, and the lines to add before those are made.

    ``left`` says that something found here was not to be changed.
    """

    text: ConfigText
    left: bool = False
    changes: list[ValueChange] = field(default_factory=list[ValueChange])
    added: list[TextEdit] = field(default_factory=list[TextEdit])
    appended: list[TextEdit] = field(default_factory=list[TextEdit])
    """New tables at the end of the file, below everything that is added to its last table."""

    @cached_property
    def values(self) -> dict[str, object]:
        """The document as ``tomllib`` reads it."""
        return parse_toml(self.text)

    @cached_property
    def tree(self) -> TomlTree:
        """The document as ``tomlkit`` reads it, which takes longer: only for a file with findings."""
        from asyncshim_codemods.config.toml_tree import TomlTree

        return TomlTree(self.text.text)

    def items(self) -> Iterator[tuple[Path, object]]:
        """Return every pair, table and array element with its path, each before what it holds."""
        return _walk((), self.values)

    def value(self, path: Path) -> object:
        """Return the value at that path."""
        return value_at(self.values, path)

    def is_table(self, path: Path) -> bool:
        """Return whether the path is a table with a header or dotted keys, not an inline table."""
        from tomlkit.items import AoT, Table

        return isinstance(self.tree.node(path).item, AoT | Table)

    def has_header(self, table: Path) -> bool:
        """Return whether the table has a line ``[table]``."""
        return self.is_table(table) and self.text.text.startswith("[", self.tree.start(table))

    def text_after(self, path: Path) -> str:
        """Return the string that the element will be after this run; for a pair its key; empty when it goes."""
        change = next((change for change in self.changes if change.path == path), None)
        if change is not None and change.value is None:
            return ""
        if isinstance(path[-1], str):
            return (change and change.rename) or path[-1]
        value = self.value(path) if change is None else change.value
        return value if isinstance(value, str) else ""

    def place(self, path: Path) -> tuple[int, int]:
        """Return the offset, and the line above which a comment is possible: not inside a string or an inline list."""
        start = self.tree.start(path)
        line = self.text.line(start)
        alone = not self.text.line_text(line)[: self.text.column(start) - 1].strip()
        if alone or len(path) == 1 or self.is_table(path[:-1]):
            return start, line
        return start, self.place(path[:-1])[1]

    def remove(self, path: Path) -> None:
        """Remove the pair or element."""
        self.changes.append(ValueChange(path, None))

    def replace(self, path: Path, value: str, name: str | None = None, also: str | None = None) -> None:
        """Replace the value by a string in the same quotes; ``name`` also renames the key.

        In an array, ``also`` follows it.
        """
        self.changes.append(ValueChange(path, value, name, also=also))

    def rename_dependency(self, path: Path, name: str, version: str) -> None:
        """Turn ``old = version`` (or the ``version`` of an inline table) into another distribution's."""
        table = as_table(self.value(path))
        if table is not None:
            self.changes.append(ValueChange((*path, "version"), version))
        self.changes.append(ValueChange(path, version if table is None else {**table, "version": version}, name))

    def split_dependency(self, path: Path, name: str, new: Mapping[str, str], old: Mapping[str, str]) -> None:
        """Give a dependency another value, and add a pair for a second one below it."""
        start, node = self.tree.start(path), self.tree.node(path)
        end = self.tree.value_start(path) + len(node.item.as_string())
        indent = self.text.line_text(self.text.line(start))[: self.text.column(start) - 1]
        self.changes.append(ValueChange(path, dict(old), spelling=_inline(old)))
        self.changes.append(ValueChange((*path[:-1], name), dict(new)))
        self.added.append(insert_line(self.text, self.text.line(end - 1), f"{indent}{name} = {_inline(new)}"))

    def add_first(self, table: Path, name: str, value: str) -> None:
        """Add a line ``name = "value"`` below the header of a table."""
        self.changes.append(ValueChange((*table, name), value))
        self.added.append(insert_line(self.text, self.text.line(self.tree.start(table)), f'{name} = "{value}"'))

    def add_table(self, table: Path, options: Mapping[str, str]) -> None:
        """Add a table at the end of the file."""
        self.changes += [ValueChange((*table, name), value) for name, value in options.items()]
        lines = [f"[{'.'.join(map(str, table))}]", *(f'{name} = "{value}"' for name, value in options.items())]
        self.appended.append(append_lines(self.text, lines))

    def add_below(self, path: Path, name: str, value: str) -> None:
        """Add a pair below another one of the same table, or behind it in an inline table."""
        self.changes.append(ValueChange((*path[:-1], name), value))
        start, node = self.tree.start(path), self.tree.node(path)
        end = self.tree.value_start(path) + len(node.item.as_string())
        if not self.is_table(path[:-1]):
            self.added.append(TextEdit(end, end, f', {name} = "{value}"'))
            return
        line = self.text.line_text(self.text.line(start))
        assert node.key is not None
        # The indentation, and of a dotted key what leads to its table.
        head = line[: line.index(node.key.as_string().strip(), self.text.column(start) - 1)]
        self.added.append(insert_line(self.text, self.text.line(end - 1), f'{head}{name} = "{value}"'))

    def string(self, path: Path) -> TextValue:
        """Return the string value with its offsets."""
        start = self.tree.value_start(path)
        return text_of_toml_string(self.text.text, start, start + len(self.tree.node(path).item.as_string()))

    def cut(self, path: Path, tokens: list[Token], removed: Collection[int], replaced: Mapping[int, str]) -> None:
        """Remove words or lines from a string."""
        token = self.tree.node(path).item.as_string()
        text = text_of_toml_string(token, 0, len(token))
        spans = text.cut(tokens, removed, replaced).all_spans(text.text)
        spelling = apply_edits(
            token, [TextEdit(text.offsets[start], text.offsets[end], new) for start, end, new in spans]
        )
        self.changes.append(
            ValueChange(path, apply_edits(text.text, [TextEdit(*span) for span in spans]), spelling=spelling)
        )


def _inline(table: Mapping[str, str]) -> str:
    """Return an inline table of strings."""
    pairs = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items())
    return f"{{{', '.join(pairs)}}}"


def _walk(path: Path, value: object) -> Iterator[tuple[Path, object]]:
    members = enumerate(as_array(value) or ()) if as_table(value) is None else (as_table(value) or {}).items()
    for key, member in members:
        yield (*path, key), member
        yield from _walk((*path, key), member)


def edit_toml(text: str, changes: Iterable[ValueChange]) -> str:
    """Return the text after these changes."""
    from asyncshim_codemods.config.toml_tree import TomlTree

    return TomlTree(text).edited(changes)
