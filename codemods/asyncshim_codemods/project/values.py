"""Typed looks into parsed documents, whose values may be anything."""

from __future__ import annotations

from typing import TypeAlias, cast

Path: TypeAlias = tuple[str | int, ...]


def as_table(value: object) -> dict[str, object] | None:
    """The value, when it is a table."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def as_array(value: object) -> list[object] | None:
    """The value, when it is an array."""
    return cast("list[object]", value) if isinstance(value, list) else None


def value_at(document: object, path: Path) -> object:
    """What stands at that path, or ``None``."""
    for part in path:
        if isinstance(part, str):
            document = (as_table(document) or {}).get(part)
        else:
            elements = as_array(document) or []
            document = elements[part] if part < len(elements) else None
    return document
