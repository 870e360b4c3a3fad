"""The names that a file defines, calls and requests, found in its text without a parser."""

from __future__ import annotations

import posixpath
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asyncshim_codemods.project.own_names import PORTS, PROVIDED

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


# Plain searches, because every file is searched: one regular expression for all takes ten times as long.
_LEAKING_CALLS = (
    b"create_task(", b"ensure_future(", b"run_coroutine_threadsafe(", b"shield(", b"create_server(",
    b"create_unix_server(", b"start_server(", b"start_unix_server(",
)  # fmt: skip
_GATHER = re.compile(rb"(?<!await )(?<!await asyncio\.)\bgather\(")
_Names = frozenset[str]

_SIGNATURE = re.compile(rb"def (\w+)\s*\(")
_COMMENT = re.compile(rb"#[^\n]*")
_USES = re.compile(rb"usefixtures\(([^)]*)\)")
_STRING = re.compile(rb"""["'](\w+)["']""")
_OWNER = re.compile(rb"^[ \t]*(async def|def|class)\b", re.MULTILINE)
_OPENING, _CLOSING = b"([{", b")]}"
_BEYOND_SIMPLE = (b"[", b"(", b"#", b"{", b"]", b"}")
_LONGEST = 20_000
_LOOP = "event_loop"
_CONFTEST = "conftest.py"

# Fixtures of plugins are synchronous and request these; the words that show their use.
_OF_PLUGINS = {
    "loop": (b"aiohttp_client", b"aiohttp_raw_server", b"aiohttp_server", b"aiohttp.pytest_plugin", b"pytest_aiohttp"),
    "io_loop": (b"pytest_tornado", b"pytest_tornasync", b"mark.gen_test"),
}

_OWN_WORDS = (b"unused_", b"asyncio_runner")
_DEFINED = re.compile(rb"""(?:\bdef[ \t]+|\bname[ \t]*=[ \t]*["'])(%s)\b""" % "|".join(PROVIDED).encode())


@dataclass(frozen=True, slots=True)
class Requests:
    """Names of fixtures that the tests and fixtures of some files request as parameters or with ``usefixtures``.

    A synchronous function that also requests ``event_loop`` counts as one that can be async.
    """

    by_sync: _Names = field(default_factory=_Names)
    by_async: _Names = field(default_factory=_Names)
    sync_folders: _Names = field(default_factory=_Names)
    """The folders of files with synchronous tests."""


def requests_in(path: str, data: bytes) -> Requests:
    """Return the requests in one Python file."""
    by_sync = {name for name, words in _OF_PLUGINS.items() if any(word in data for word in words)}
    if b"def test" not in data and b"fixture" not in data:
        return Requests(frozenset(by_sync))
    by_async: set[str] = set()
    has_sync_tests = False
    last = 0
    for match in _SIGNATURE.finditer(data):
        is_async = data.endswith(b"async ", last, match.start())
        is_test = match[1].startswith(b"test")
        if is_test or b"fixture" in _just_before(data, last, match.start()):
            names = set(_parameters(data, match.end()))
            (by_async if is_async or _LOOP in names else by_sync).update(names)
            has_sync_tests = has_sync_tests or (is_test and not is_async and _LOOP not in names)
        last = match.end()
    for names, is_async in _used_by_mark(data, has_sync_tests=has_sync_tests or posixpath.basename(path) == _CONFTEST):
        (by_async if is_async else by_sync).update(names)
    folders = [posixpath.dirname(path)] if has_sync_tests else []
    return Requests(frozenset(by_sync), frozenset(by_async), frozenset(folders))


def _just_before(data: bytes, start: int, end: int) -> bytes:
    """Return the decorators of a definition: what comes before it, up to a blank line."""
    text = data[start:end].replace(b"\r\n", b"\n")
    return text[text.rfind(b"\n\n") + 1 :]


def _parameters(data: bytes, start: int) -> Iterator[str]:
    """Yield the parameters without a default of the definition whose opening bracket ends at ``start``."""
    end = data.find(b")", start, start + _LONGEST)
    simple = data[start:end] if end >= 0 else b"("
    if not any(sign in simple for sign in _BEYOND_SIMPLE):
        # Most definitions; the rest of this function takes several times as long.
        yield from filter(None, map(_required, simple.split(b",")))
        return
    text = _COMMENT.sub(b"", data[start : start + _LONGEST])
    depth, begin = 0, 0
    for at, byte in enumerate(text):
        if byte in _OPENING:
            depth += 1
        elif (byte in _CLOSING and depth == 0) or (byte == ord(",") and depth == 0):
            if name := _required(text[begin:at]):
                yield name
            begin = at + 1
            if byte in _CLOSING:
                return
        elif byte in _CLOSING:
            depth -= 1


def _required(parameter: bytes) -> str:
    """Return the name of a parameter without a default, or an empty string."""
    name = parameter.partition(b":")[0].strip()
    if b"=" in parameter or name.startswith((b"*", b"/")):
        return ""
    return name.decode("utf-8", "replace")


def _used_by_mark(data: bytes, *, has_sync_tests: bool) -> Iterator[tuple[set[str], bool]]:
    """Yield the names in each ``usefixtures``, and whether only async tests request them."""
    if b"usefixtures" not in data:
        return
    for match in _USES.finditer(data):
        names = {name.decode() for name in _STRING.findall(match[1])}
        line = data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()]
        owner = _OWNER.search(data, match.end()) if line.lstrip().startswith(b"@") else None
        if owner is not None and owner[1] != b"class":
            yield names, owner[1] == b"async def"
        else:
            yield names, not has_sync_tests


def requested_ports(data: bytes) -> frozenset[str]:
    """Return the port fixtures whose names occur in a Python file that does not define them."""
    if _OWN_WORDS[0] not in data:
        return frozenset()
    return frozenset(name for name in PORTS if re.search(rb"\b%s\b" % name.encode(), data)) - frozenset(defined(data))


def defined(data: bytes) -> Iterator[str]:
    """Yield those of the fixtures that a Python file defines itself."""
    if any(word in data for word in _OWN_WORDS):
        for match in _DEFINED.finditer(data):
            yield match[1].decode()


def may_start(data: bytes) -> bool:
    """Return whether a file may have a function that leaks tasks or servers, and must be parsed."""
    if any(each in data for each in _LEAKING_CALLS):
        return True
    at = data.find(b"gather(")
    while at >= 0:
        if _GATHER.match(data, at):
            return True
        at = data.find(b"gather(", at + 1)
    return False
