"""Break lines so that they fit the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TextIO

WIDTH = 80
"""The width of what is not shown on a terminal but has to be broken nevertheless."""

_INDENT = "  "
_NARROWEST = 20


def columns_of(stream: TextIO) -> int | None:
    """Return the number of columns: COLUMNS decides, then the terminal; a pipe has no limit."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:
        return None


def fitted(text: str, width: int | None) -> str:
    """Return the text with lines of at most ``width`` columns; without a width, it stays as it is."""
    if width is None:
        return text
    return "\n".join(line if len(line) <= width else _wrapped(line, width) for line in text.split("\n"))


def fitted_grid(rows: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Yield rows as aligned columns; the last column is broken so that the lines fit."""
    import textwrap  # slow to import

    first = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    start = sum(first) + 2 * len(first)
    for row in rows:
        lead = "".join(f"{cell:<{size}}  " for cell, size in zip(row[:-1], first, strict=True))
        if width is None:
            yield (lead + row[-1]).rstrip()
            continue
        broken = textwrap.wrap(
            row[-1], max(width - start, _NARROWEST), break_on_hyphens=False, break_long_words=False
        ) or [""]
        yield (lead + broken[0]).rstrip()
        yield from (" " * start + part for part in broken[1:])


def _wrapped(line: str, width: int) -> str:
    import textwrap

    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line,
        width=max(width, len(indent) + len(_INDENT) + 1),
        subsequent_indent=indent + _INDENT,
        break_on_hyphens=False,
    )
