"""Typed access to values of parsed documents."""

from __future__ import annotations

from typing import TypeAlias, cast

Path: TypeAlias = tuple[str | int, ...]


def as_table(value: object) -> dict[str, object] | None:
    """Return the value, when it is a table."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def as_array(value: object) -> list[object] | None:
    """Return the value, when it is an array."""
    return cast("list[object]", value) if isinstance(value, list) else None


def value_at(document: object, path: Path) -> object:
    """Return the value at that path, or ``None``."""
    for part in path:
        if isinstance(part, str):
            document = (as_table(document) or {}).get(part)
        else:
            elements = as_array(document) or []
            document = elements[part] if part < len(elements) else None
    return document
