"""Whether the bytes of a file hold a word that a rule looks for; files without any are not parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MARKER = "asyncio"
_MARKER = re.compile(rb"asyncio\b")
# The end of `await`, `import`, `from`, `return`, `=`, `:` and `,` before the module's name.
_BEFORE_MODULE = frozenset({b"t ", b"m ", b"n ", b"= ", b": ", b", "})


def holds(data: bytes, word: str) -> bool:
    """Return whether the word stands anywhere in ``data``.

    ``asyncio`` counts only where it may be the marker's name: as an attribute, or at the beginning of a string.
    """
    return holds_marker(data) if word == MARKER else word.encode() in data


def holds_marker(data: bytes, longer: Iterable[tuple[bytes, int]] = ()) -> bool:
    """Return whether ``asyncio`` stands where it may be the marker's name, or as a part of a ``longer`` word.

    Each longer word comes with the place of ``asyncio`` in it.
    """
    at = data.find(b"asyncio")
    while at >= 0:
        # The first check is for speed: most files say `await asyncio.…`, and nothing else.
        if data[at - 2 : at] not in _BEFORE_MODULE or data[at + 7 : at + 8] == b"_":
            if _MARKER.match(data, at) and _is_marker(data, at):
                return True
            if any(data.startswith(word, at - place) for word, place in longer):
                return True
        at = data.find(b"asyncio", at + 7)
    return False


def _is_marker(data: bytes, start: int) -> bool:
    """Return whether the word at ``start`` is an attribute or follows a quote, and is not part of an import."""
    line_start = data.rfind(b"\n", 0, start) + 1
    before = data[max(0, start - 40) : start].rstrip(b" \t\r\n\\")[-1:]
    if before != b".":
        return before in {b'"', b"'"} or _follows_dot_and_comment(data, line_start, start)
    statement = data[line_start:start].rpartition(b"\r")[2].rpartition(b";")[2].lstrip()
    return not statement.startswith((b"from ", b"import "))


def _follows_dot_and_comment(data: bytes, line_start: int, start: int) -> bool:
    if line_start == 0 or data[line_start:start].strip():
        return False
    code, comment, _ = data[data.rfind(b"\n", 0, line_start - 1) + 1 : line_start].partition(b"#")
    return bool(comment) and code.rstrip().endswith(b".")
