"""Whether a file selects tests by the marker `asyncio`, or reads it: found in its text, without a parser."""

from __future__ import annotations

import re

# `-m "not asyncio"` as one word or several, also as elements of a list; not `python -m asyncio`.
_EXPRESSION = re.compile(
    rb"^(?![ \t]*[#;]).*(?<![\w-])(?<!python )(?<!python3 )"
    rb"""-[mk](?:(?:[\s"',=\\]*)[\w \t()\\"']*?\b)?asyncio\b(?![\w.-])""",
    re.MULTILINE,
)
_OPTION = re.compile(rb"""\b(?:markexpr|keyword)\b[^\n]*\basyncio\b""")
_QUOTED = (b'"asyncio"', b"'asyncio'")
_MARKER = rb"""["']asyncio["']"""
_READS = re.compile(
    rb"\b(?:get_closest_marker|get_marker|iter_markers|keywords\.get)\(\s*(?:name\s*=\s*)?" + _MARKER
    + rb"|\bkeywords\[\s*" + _MARKER
    + rb"|" + _MARKER + rb"\s+(?:not\s+)?in\s+[^\n:]{0,200}\b(?:keywords|mark(?:er)?s?|own_markers|names)\b"
    + rb"|\bname\s*[!=]=\s*" + _MARKER
    + rb"|" + _MARKER + rb"\s*[!=]=\s*[\w.]*\bname\b"
)  # fmt: skip
# The name in a constant or a loop, and a mark that is looked up with a variable.
_NAMED = re.compile(rb"(?:\b\w+(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*|\bin[ \t]*)[({\[]?[^\n()\[\]{}=]{0,200}" + _MARKER)
_READS_VARIABLE = re.compile(
    rb"\b(?:get_closest_marker|get_marker|iter_markers|keywords\.get)\(\s*(?:name\s*=\s*)?[A-Za-z_]"
    rb"|\bin\s+[\w.]*\bkeywords\b|\bkeywords\[\s*[A-Za-z_]"
)


def selects_by_marker(path: str, data: bytes) -> bool:
    """Return whether a file of the suite may select or change tests because they have the marker ``asyncio``."""
    if b"asyncio" not in data:
        return False
    if path.endswith(".py") and any(each in data for each in _QUOTED) and _reads_marker(data):
        return True
    if b"-m" not in data and b"-k" not in data and b"markexpr" not in data and b"keyword" not in data:
        return False
    return any(pattern.search(data) for pattern in (_EXPRESSION, _OPTION))


def _reads_marker(data: bytes) -> bool:
    return bool(_READS.search(data) or (_READS_VARIABLE.search(data) and _NAMED.search(data)))
