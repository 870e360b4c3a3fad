"""The functions around a call, found without parsing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DEFINITION = re.compile(rb"^(?:async )?def (\w+)")


def functions_with(calls: Iterable[bytes], data: bytes) -> Iterator[str]:
    """Yield the functions around each of these calls, and the last ``def`` before it."""
    for word in calls:
        at = data.find(word)
        while at >= 0:
            start = data.rfind(b"def ", 0, at)
            if start >= 0:
                yield data[start + 4 : data.find(b"(", start)].decode("utf-8", "replace").strip()
            for head in _heads_above(data, at):
                if match := _DEFINITION.match(head):
                    yield match[1].decode("utf-8", "replace")
            at = data.find(word, at + 1)


def _heads_above(data: bytes, at: int) -> Iterator[bytes]:
    """Yield the lines above a position that are indented less than all lines after them, up to the margin."""
    end = data.find(b"\n", at)
    limit = len(data)
    while end != 0 and limit:
        start = data.rfind(b"\n", 0, end if end > 0 else len(data)) + 1
        line = data[start : end if end > 0 else len(data)]
        code = line.lstrip()
        if code and len(line) - len(code) < limit:
            limit = len(line) - len(code)
            yield code
        end = start - 1 if start else 0
