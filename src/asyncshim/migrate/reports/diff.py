"""A unified diff of bytes that ``git apply`` accepts, for any content and any file name."""

from __future__ import annotations

import os
from collections.abc import Iterator

from asyncshim_codemods.api import line_diff

_CONTEXT = 3
_ESCAPES = {0x07: b"\\a", 0x08: b"\\b", 0x09: b"\\t", 0x0A: b"\\n", 0x0B: b"\\v", 0x0C: b"\\f", 0x0D: b"\\r"}


def unified(name: str, old: bytes, new: bytes) -> Iterator[bytes]:
    """Yield the lines of a diff, each with its line end; yield nothing if both are equal."""
    if old == new:
        return
    before, after = _quoted("a/" + name), _quoted("b/" + name)
    yield b"diff --git %b %b\n" % (before, after)
    yield b"--- %b%b\n" % (before, _end_of_name(before))
    yield b"+++ %b%b\n" % (after, _end_of_name(after))
    a, b = _lines(old), _lines(new)
    for group in line_diff.grouped(line_diff.blocks(a, b), _CONTEXT):
        yield _header(group[0][1], group[-1][2], group[0][3], group[-1][4])
        for tag, a_start, a_end, b_start, b_end in group:
            if tag == "equal":
                yield from (_line(b" ", line) for line in a[a_start:a_end])
                continue
            yield from (_line(b"-", line) for line in a[a_start:a_end])
            yield from (_line(b"+", line) for line in b[b_start:b_end])


def _lines(data: bytes) -> list[bytes]:
    # Only "\n" ends a line for git and patch; bytes.splitlines() would also cut at a lone "\r".
    lines = data.split(b"\n")
    ended = [line + b"\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n\\ No newline at end of file\n"


def _header(a_start: int, a_end: int, b_start: int, b_end: int) -> bytes:
    return b"@@ -%b +%b @@\n" % (_range(a_start, a_end), _range(b_start, b_end))


def _range(start: int, end: int) -> bytes:
    length = end - start
    # An empty range gives the line before it, which may be line 0.
    first = start + 1 if length else start
    return b"%d" % first if length == 1 else b"%d,%d" % (first, length)


def _quoted(name: str) -> bytes:
    """Return a file name as git writes it: in C quotes if it contains quotes, control codes or undecodable bytes."""
    raw = os.fsencode(name)
    if name.isprintable() and '"' not in name and "\\" not in name:
        return raw
    return b'"' + b"".join(_escaped(byte) for byte in raw) + b'"'


def _escaped(byte: int) -> bytes:
    if byte in b'"\\':
        return b"\\%c" % byte
    if byte in _ESCAPES:
        return _ESCAPES[byte]
    return b"%c" % byte if 0x20 <= byte < 0x7F else b"\\%03o" % byte


def _end_of_name(name: bytes) -> bytes:
    # Tools that expect a date after the name cut an unquoted name at its first space, unless a tab follows it.
    return b"\t" if b" " in name and not name.startswith(b'"') else b""
