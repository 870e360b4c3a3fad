"""Whether the bytes of a file hold a word that a rule looks for; files without any are not parsed."""

from __future__ import annotations

import re

MARKER = "asyncio"
_MARKER = re.compile(rb"asyncio\b")
# The end of `await`, `import`, `from`, `return`, `=`, `:` and `,` before the module's name.
_BEFORE_MODULE = frozenset({b"t ", b"m ", b"n ", b"= ", b": ", b", "})


def holds(data: bytes, word: str) -> bool:
    """Return whether the word stands anywhere in ``data``.

    ``asyncio`` counts only where it may be the marker's name: as an attribute, or at the beginning of a string.
    """
    return _holds_marker(data) if word == MARKER else word.encode() in data


def _holds_marker(data: bytes) -> bool:
    at = data.find(b"asyncio")
    while at >= 0:
        # The first check is for speed: most files say `await asyncio.…`, and nothing else.
        if data[at - 2 : at] not in _BEFORE_MODULE and _MARKER.match(data, at) and _is_marker(data, at):
            return True
        at = data.find(b"asyncio", at + 7)
    return False


def _is_marker(data: bytes, start: int) -> bool:
    """Return whether the word at ``start`` is an attribute or follows a quote, and is not part of an import."""
    before = data[max(0, start - 40) : start].rstrip(b" \t\r\n\\")[-1:]
    if before != b".":
        return before in {b'"', b"'"}
    statement = data[data.rfind(b"\n", 0, start) + 1 : start].rpartition(b";")[2].lstrip()
    return not statement.startswith((b"from ", b"import "))
