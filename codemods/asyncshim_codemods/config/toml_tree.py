"""A TOML document as ``tomlkit`` holds it: where a value stands in the text, and edits that keep every other byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array, Comment, InlineTable, Item, Key, SingleKey, Table

from asyncshim_codemods.config.check import ValueChange, in_order
from asyncshim_codemods.project.values import Path
from asyncshim_codemods.source.config_text import require_round_trip
from asyncshim_codemods.source.ini_reading import ConfigError

Holder: TypeAlias = Container | Table | InlineTable | AoT | Array

_MARK = "asyncshim-was-here"


@dataclass(frozen=True, slots=True)
class Node:
    """One pair, table or array element: what holds it, and its key unless that is an array."""

    holder: Holder
    last: str | int
    key: Key | None
    item: Item


class TomlTree:
    """A document that ``tomlkit`` has read from a text and can write back unchanged."""

    def __init__(self, text: str) -> None:
        self._text = text
        try:
            self._document = tomlkit.parse(text)
        except TOMLKitError as error:
            raise ConfigError(f"tomlkit cannot read this file: {error}", getattr(error, "line", None)) from None
        require_round_trip(text, self._document.as_string(), "tomlkit")

    def node(self, path: Path) -> Node:
        """Return what stands at that path."""
        found = next(_find(self._document, path), None)
        if found is None:
            raise ConfigError(f"tomlkit does not find {'.'.join(map(str, path))}, so the file stays unchanged")
        return found

    def start(self, path: Path) -> int:
        """Return the offset of a pair's key, of a table's header or of an array's element."""
        node = self.node(path)
        if isinstance(node.holder, Array) and isinstance(node.last, int):
            node.holder[node.last] = _MARK
            at = self._document.as_string().index(f'"{_MARK}"')
            node.holder[node.last] = node.item
            return at
        item = node.item[0] if isinstance(node.item, AoT) else node.item
        indent, item.trivia.indent = item.trivia.indent, item.trivia.indent + _MARK
        at = self._document.as_string().find(_MARK)
        item.trivia.indent = indent
        if at < 0 and isinstance(item, Table):
            # A table that only dotted keys make begins with the first of them.
            return self.start((*path, next(iter(item))))
        return at

    def value_start(self, path: Path) -> int:
        """Return the offset of the value of a pair, or of an array's element."""
        start, node = self.start(path), self.node(path)
        value = node.item.as_string()
        head = "" if node.key is None else f"{node.key.as_string()}{node.key.sep}"
        return self._text.index(head + value, start) + len(head)

    def edited(self, changes: Iterable[ValueChange]) -> str:
        """Return the text after these changes."""
        for change in in_order(changes):
            node = self.node(change.path)
            if change.value is None:
                _remove(node)
            elif isinstance(change.value, str) or change.spelling is not None:
                node.holder[node.last] = _string(change, node.item)  # type: ignore[index]
                if change.also is not None and isinstance(node.holder, Array) and isinstance(node.last, int):
                    node.holder.insert(node.last + 1, _string(ValueChange(change.path, change.also), node.item))
            if change.rename is not None:
                _rename(node, change.rename)
        return self._document.as_string()


def _find(holder: Holder, path: Path) -> Iterator[Node]:
    """Yield what stands at that path; a table may be written in several places, and each is looked at."""
    first, rest = path[0], path[1:]
    for key, item in _members(holder, first):
        if not rest:
            yield Node(holder, first, key, item)
        else:
            assert isinstance(item, Table | InlineTable | AoT | Array)
            yield from _find(item, rest)


def _members(holder: Holder, name: str | int) -> list[tuple[Key | None, Item]]:
    if isinstance(name, int):
        return [(None, holder[name])] if isinstance(holder, AoT | Array) and name < len(holder) else []
    if isinstance(holder, AoT | Array):
        return []
    return [(key, item) for key, item in _body(holder) if key is not None and key.key == name]


def _body(holder: Container | Table | InlineTable) -> list[tuple[Key | None, Item]]:
    return holder.body if isinstance(holder, Container) else holder.value.body


def _index(body: list[tuple[Key | None, Item]], node: Node) -> int:
    return next(index for index, (key, _) in enumerate(body) if key is node.key)


def _remove(node: Node) -> None:
    if isinstance(node.holder, AoT | Array):
        assert isinstance(node.last, int)
        del node.holder[node.last]
    else:
        assert isinstance(node.last, str)
        if not (isinstance(node.holder, InlineTable) and _remove_inline(_body(node.holder), node)):
            node.holder.remove(node.last)


def _remove_inline(body: list[tuple[Key | None, Item]], node: Node) -> bool:
    """Remove a pair of an inline table with the comma and the blanks beside it, which ``tomlkit`` keeps.

    Return False if there is a comment among them.
    """
    index = _index(body, node)
    keys = [at for at, (key, _) in enumerate(body) if key is not None]
    start = max((at + 1 for at in keys if at < index), default=index)
    end = next((at for at in keys if at > index), index + 1)
    doomed = slice(index, end) if end > index + 1 else slice(start, index + 1)
    if any(isinstance(item, Comment) for _, item in body[doomed]):
        return False
    del body[doomed]
    return True


def _string(change: ValueChange, old: Item) -> Item:
    """Return the new value in the quotes of the old one, or spelled as the change says."""
    if change.spelling is not None:
        return tomlkit.value(change.spelling)
    value = str(change.value)
    literal = old.as_string().startswith("'") and "'" not in value and value.isprintable()
    return tomlkit.string(value, literal=literal)


def _rename(node: Node, name: str) -> None:
    """Give a pair another key of the same kind; ``tomlkit`` itself has no way to do that in place."""
    assert isinstance(node.key, SingleKey)
    assert not isinstance(node.holder, AoT | Array)
    old, body = node.key, _body(node.holder)
    index = _index(body, node)
    body[index] = (SingleKey(name, old.t, old.sep, old.as_string().replace(old.key, name)), body[index][1])
