"""Definitions around the words of a Python file, and the names that it calls: found without a parser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_DEF = b"def "
_AT_THE_MARGIN = (b"\ndef ", b"\nasync def ", b"\nclass ")
_WORD = b"event_loop"
_EVENT_LOOP = re.compile(_WORD)
_IDENTIFIER = re.compile(rb"\w+")
# A call, unless it is a definition, with the word among its arguments; brackets in them are read one level deep.
_PASSES = re.compile(rb"\b(\w+)\((?:[^()]|\([^()]*\)){0,400}?(?<![\w\"'])event_loop\b")
_CALLS_TEST = re.compile(rb"\b(test\w*)\(\s*[^)\s]")
_DEFINITION = re.compile(rb"(?:async )?def (\w+)")


def functions_with(calls: Collection[bytes], data: bytes) -> Iterator[str]:
    """Yield the functions around each of these calls, and the last ``def`` before it."""
    if not any(call in data for call in calls):
        return
    around: list[tuple[int, bytes]] = []
    last = b""
    for line in data.splitlines():
        code = line.lstrip()
        if not code or code.startswith(b"#"):
            continue
        while around and around[-1][0] >= len(line) - len(code):
            around.pop()
        if found := _DEFINITION.match(code):
            last = found[1]
            around.append((len(line) - len(code), last))
        if any(call in code for call in calls):
            for name in {last, *(name for _, name in around)} - {b""}:
                yield name.decode("utf-8", "replace")


def mentioning(data: bytes) -> Iterator[str]:
    """Yield the definitions that contain the word ``event_loop``."""
    return _owners(data, _EVENT_LOOP)


def passing(data: bytes) -> Iterator[str]:
    """Yield the definitions that pass ``event_loop`` to something."""
    return _owners(data, _PASSES)


def called(data: bytes) -> Iterator[str]:
    """Yield the names of what is called with ``event_loop``, and of test functions that are called with arguments."""
    for pattern in (_PASSES, _CALLS_TEST) if _WORD in data else (_CALLS_TEST,):
        for match in pattern.finditer(data):
            if not _is_definition(match):
                yield match[1].decode("utf-8", "replace")


def _owners(data: bytes, pattern: re.Pattern[bytes]) -> Iterator[str]:
    """Yield the definitions that contain a match: the last one before it, and the last unindented one before it."""
    if _WORD not in data:
        return
    last = dict.fromkeys((_DEF, *_AT_THE_MARGIN), -1)
    searched = 0
    for match in pattern.finditer(data):
        at = match.start()
        if _is_definition(match):
            continue
        for word, before in last.items():
            # Each part of the file is searched once.
            last[word] = max(before, data.rfind(word, max(0, searched - len(word)), at))
        searched = at
        outer = max((last[word], word) for word in _AT_THE_MARGIN)
        for start, word in ((last[_DEF], _DEF), outer):
            name = _IDENTIFIER.match(data, start + len(word)) if start >= 0 else None
            if name is not None and not name[0].startswith((b"test", b"Test")):
                yield name[0].decode("utf-8", "replace")


def _is_definition(match: re.Match[bytes]) -> bool:
    return match.string.endswith((b"def ", b"class "), 0, match.start())
