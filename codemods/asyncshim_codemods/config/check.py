"""After an edit: parse the file before and after, and accept it only when the intended values alone differ."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field

from asyncshim_codemods.project.values import Path, as_array, as_table
from asyncshim_codemods.source.config_text import ConfigText
from asyncshim_codemods.source.ini_reading import ConfigError, read_ini

LEFT = "the edit would change more than intended, so the file stays unchanged: edit it manually"


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One intended change: the value at ``path`` becomes ``value``, or is removed if that is ``None``.

    ``rename`` is the new name of the last key of the path. ``spelling`` is its TOML text; without it, the value
    is written in the quotes of the old one. ``also`` is a second element, behind this one.
    """

    path: Path
    value: object | None
    rename: str | None = None
    spelling: str | None = field(default=None, compare=False)
    also: str | None = None


def parse_toml(source: ConfigText) -> dict[str, object]:
    """Return the document as ``tomllib`` reads it; a syntax error names its line."""
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not valid TOML: {error}", _line_in(str(error), source)) from None


def parse_ini(source: ConfigText) -> object:
    """Return what each parser of INI files reads; raise with the line number if none accepts the file."""
    return read_ini(source.text)


def check_toml(source: ConfigText, after: str, changes: Iterable[ValueChange]) -> None:
    """Raise unless ``after`` differs from ``source`` in exactly ``changes``."""
    expected = parse_toml(source)
    apply_changes(expected, changes)
    try:
        found = tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        raise ConfigError(LEFT) from None
    if found != expected:
        raise ConfigError(LEFT)


def check_ini(source: ConfigText, after: str, changes: Iterable[ValueChange]) -> None:
    """Raise unless ``after`` differs from ``source`` in exactly ``changes``, for every parser that reads it."""
    changes = list(changes)
    before = read_ini(source.text)
    try:
        found = read_ini(after)
    except ConfigError:
        raise ConfigError(LEFT) from None
    if len(found) != len(before):
        raise ConfigError(LEFT)
    for reading, result in zip(before, found, strict=True):
        expected = copy.deepcopy(reading)
        apply_changes(expected, changes)
        if _plain(expected) != _plain(result):
            raise ConfigError(LEFT)


def apply_changes(document: object, changes: Iterable[ValueChange]) -> None:
    """Apply the intended changes to a parsed document."""
    for change in in_order(changes):
        _apply(document, change)


def in_order(changes: Iterable[ValueChange]) -> list[ValueChange]:
    """Return the changes from the last element to the first, so that an index means what it meant before."""
    return sorted(changes, key=lambda change: _order(change.path), reverse=True)


def _order(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (-1, part) for part in path)


def _apply(document: object, change: ValueChange) -> None:
    holder = document
    for part in change.path[:-1]:
        table, elements = as_table(holder), as_array(holder)
        if table is not None and isinstance(part, str):
            holder = table.setdefault(part, {})
        else:
            assert elements is not None
            assert isinstance(part, int)
            holder = elements[part]
    last, table, elements = change.path[-1], as_table(holder), as_array(holder)
    if elements is not None and isinstance(last, int):
        elements[last : last + 1] = [each for each in (change.value, change.also) if each is not None]
    else:
        assert table is not None
        assert isinstance(last, str)
        if change.value is None or change.rename is not None:
            table.pop(last, None)
        if change.value is not None:
            table[change.rename or last] = change.value


def _plain(reading: dict[str, dict[str, str]]) -> dict[str, dict[str, list[str]]]:
    """Compare values by their non-blank lines, because the parsers differ for blank ones."""
    return {
        name: {key: [line.strip() for line in text.splitlines() if line.strip()] for key, text in options.items()}
        for name, options in reading.items()
    }


def _line_in(message: str, source: ConfigText) -> int | None:
    if "(at end of document)" in message:
        return source.line_count
    _, _, rest = message.partition("(at line ")
    digits = rest.partition(",")[0]
    return int(digits) if digits.isdigit() else None
