"""Break lines so that they fit the terminal."""

from __future__ import annotations

import textwrap

_INDENT = "  "


def fitted(text: str, width: int | None) -> str:
    """Return the text with lines of at most ``width`` columns; without a width, it stays as it is."""
    if width is None:
        return text
    return "\n".join(line if len(line) <= width else _wrapped(line, width) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line,
        width=max(width, len(indent) + len(_INDENT) + 1),
        subsequent_indent=indent + _INDENT,
        break_on_hyphens=False,
    )
