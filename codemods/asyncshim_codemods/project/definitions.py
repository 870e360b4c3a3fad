"""Definitions around the words of a Python file, and the names that it calls: found without a parser."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_DEF = b"def "
_AT_THE_MARGIN = (b"\ndef ", b"\nasync def ", b"\nclass ")
_WORD = b"event_loop"
_EVENT_LOOP = re.compile(_WORD)
_IDENTIFIER = re.compile(rb"\w+")
# A call, unless it is a definition, with the word among its arguments; brackets in them are read one level deep.
_PASSES = re.compile(rb"\b(\w+)\((?:[^()]|\([^()]*\)){0,400}?(?<![\w\"'])event_loop\b")
_CALLS_TEST = re.compile(rb"\b(test\w*)\(\s*[^)\s]")
_DEFINITION = re.compile(rb"(?:async )?def (\w+)")
_AWAITS = re.compile(rb"\bdef (\w+)|\bawait\b([^\n]*)|\basync (?:with|for)\b([^\n]*)")
_CALL = re.compile(rb"(\w+)\(")
_ENTERED = frozenset({b"__aenter__", b"__aexit__", b"__anext__"})
_ASKS = re.compile(
    rb"""["']event_loop["']\s*(?:not\s+)?in\s[\s\w.]*(?:fixturenames|funcargnames|funcargs|f_locals)"""
    rb"""|\b(?:funcargs|f_locals)\s*(?:\[|\.get\()\s*["']event_loop["']"""
)


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


def awaiting(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield each function, except tests, with what it calls in the line of an ``await`` or ``async with``."""
    if b"async def" not in data:
        return
    around = b""
    for match in _AWAITS.finditer(data):
        name, awaited, entered = match.groups()
        around = around if name is None else name
        if name is None and around and not around.startswith(b"test"):
            called_here = set(_CALL.findall(awaited or entered or b""))
            for each in called_here if entered is None else called_here | _ENTERED:
                yield sys.intern(around.decode("utf-8", "replace")), sys.intern(each.decode("utf-8", "replace"))


def with_callers(names: frozenset[str], awaits: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the names, and the functions that await one of them, also through others."""
    callers: dict[str, set[str]] = defaultdict(set)
    for caller, awaited in awaits:
        callers[awaited].add(caller)
    found, fresh = set(names), set(names)
    while fresh:
        fresh = {caller for name in fresh for caller in callers.get(name, ())} - found
        found |= fresh
    return frozenset(found)


def uses_context(data: bytes) -> bool:
    """Return whether a file uses context variables."""
    return b"contextvars" in data or b"ContextVar" in data


def asks_for_loop(data: bytes) -> bool:
    """Return whether code asks for the loop of a test: in its fixtures, its arguments or its local variables."""
    return _WORD in data and _ASKS.search(data) is not None


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
