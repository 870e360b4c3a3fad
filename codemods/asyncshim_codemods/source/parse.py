"""Parse Python once for all collectors of facts; measure before that whether a file may be nested deeply.

LibCST's parser raises no error where its stack ends: the process dies. So a file is measured before it is parsed. The
measure makes one pass over strings, comments, keywords and operators, and then one pass over the operators alone for
each level of brackets. It may call a shallow file deep, which costs time only,
and never a deep one shallow. A deep file is parsed with a stack that is large enough for it.
"""

from __future__ import annotations

import ast
import re
import symtable
import sys
import threading
import warnings
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_LINE_END = re.compile(r"\r\n|\n|\r")

# Brackets within brackets, and words and operators in a row between two commas. In a stack of 1.9 MB, LibCST parses 200
# of the former and 800 of the latter.
_BRACKETS = 8
_IN_A_ROW = 40
_ELIFS = 40
_STACK = 512 * 1024 * 1024
_RECURSION = 200_000

_ESCAPE = rb"\\(?:\r\n|[\s\S])"
# Also one that does not end.
_STRING = rb"QQ[^Q\\]*+(?:(?:Q(?!QQ)|ESCAPE)[^Q\\]*+)*+(?:QQQ|\Z)|[^Q\\\n]*+(?:ESCAPE[^Q\\\n]*+)*+Q?"
_FLAT = rb"[^Q{}#\\\n]{0,60}+"
_FIELD = rb"\{\{|\}\}|\{FLAT(?:\{FLAT\}FLAT)?\}".replace(b"FLAT", _FLAT)
# An f-string whose replacement fields are short and hold neither its quote nor a backslash.
_F_STRING = (
    rb"QQ[^Q\\{}]*+(?:(?:Q(?!QQ)|ESCAPE|FIELD)[^Q\\{}]*+)*+QQQ"
    rb"|(?!QQ)[^Q\\{}\n]*+(?:(?:ESCAPE|FIELD)[^Q\\{}\n]*+)*+Q"
).replace(b"FIELD", _FIELD)
_QUOTED = (
    rb"Q(?:(?<![fFtT]Q)(?<![fFtT][rR]Q)(?:STRING)()|(?:(?<=[fFtT]Q)|(?<=[fFtT][rR]Q))(?:F_STRING)()|())".replace(
        b"F_STRING", _F_STRING
    )
    .replace(b"STRING", _STRING)
    .replace(b"ESCAPE", _ESCAPE)
)
_TEXT = re.compile(rb"#[^\n]*+|" + _QUOTED.replace(b"Q", b'"') + b"|" + _QUOTED.replace(b"Q", b"'"))
# By the group that matched: a comment becomes nothing, a string a quote, and any other f-string a character of its own.
_SIGNS = (b"", b'"', b'"', b"\0", b'"', b'"', b"\0")
_JOIN = rb"and|async|else|elif|for|if|in|is|not|or"
_OPEN = (*_JOIN.split(b"|"), b"await", b"lambda", b"yield")
# A line end after an operand and before another one ends a statement: within brackets that is no Python.
_END_OF_STATEMENT = re.compile(
    rb"\n%b(?:(?<=[\w)\]}\x80-\xff]\n)[ \t\f\n]*+(?=[\w\"'\x80-\xff])"
    rb"|(?<=\"\n)[ \t\f\n]*+(?![a-zA-Z]{1,2}\")(?=[\w\x80-\xff]))(?!(?:%b)\b)"
    % (b"".join(rb"(?<!%b\n)" % word for word in _OPEN), _JOIN)
)
_KINDS = bytes(ord("w") if chr(each).isalnum() or each == ord("_") or each >= 0x80 else each for each in range(256))
_INNERMOST = re.compile(rb"\([^()\[\]{}]*+\)|\[[^()\[\]{}]*+\]|\{[^()\[\]{}]*+\}")
_LONG = re.compile(rb"[^,:;]{%d}" % (_IN_A_ROW + 1))
# Lambdas and comprehensions nest across commas and colons.
_DENSE = re.compile(rb"(?:[%$][^;%$]*+){4}")
_MANY_DOTS = re.compile(rb"(?:\.[^.=\n\]]*+){20}")
_MANY_BRACKETS = 1000
_LAMBDAS = re.compile(rb"(?:\$[^;$]*+){4}")
_INDENTED = b"\n" + b" " * 100
_COOKIE = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")
_LIKE_ASCII = re.compile(rb"(?i)utf-?8(?:-sig)?|(?:us-)?ascii|latin-?1|iso-?8859-?\d+|cp125\d|koi8-[ru]")


class TooDeepError(Exception):
    """The file is nested too deeply even for a large stack."""


@lru_cache(maxsize=1)
def parsed(data: bytes) -> ast.Module | None:
    """Return the tree of this file, or None if it cannot be parsed. Callers must not change the tree."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def may_be_broken(data: bytes) -> bool:
    """Return whether a file may be no Python: this Python cannot compile it. That is much faster than other parsers."""
    try:
        with warnings.catch_warnings(action="ignore"):
            # It needs no Python objects for the tree. It takes bytes, and then reads the encoding from them.
            symtable.symtable(data, "<file>", "exec")  # type: ignore[arg-type]
    except (SyntaxError, ValueError):
        return True
    except (RecursionError, MemoryError):
        return False
    return False


def split_lines(text: str) -> list[str]:
    """Return the lines as Python counts them, with their ends: only LF, CRLF and CR end a line."""
    return [text[begin:end] for begin, end in pairwise((*line_starts(text), len(text)))]


def line_starts(text: str) -> list[int]:
    """Return where each line begins."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def may_be_deep(data: bytes) -> bool:
    """Return whether some statement of a Python file may be nested deeply."""
    cookie = _COOKIE.match(data)
    if cookie is not None and _LIKE_ASCII.fullmatch(cookie[1]) is None:
        return True
    data = data.replace(b"\r\n", b"\n")
    code = _TEXT.sub(lambda match: _SIGNS[match.lastindex or 0], data)
    if b"\0" in code or b"\r" in code or code.count(b"elif") > _ELIFS or _INDENTED in code.replace(b"\t", b" "):
        return True
    code = _END_OF_STATEMENT.sub(b";", code.replace(b"  \n", b"\n"))
    code = code.replace(b"for", b"%").replace(b"lambda", b"$").translate(_KINDS)
    for length in (5, 3, 2):
        code = code.replace(b"w" * length, b"w")
    return _nests_deeply(code.translate(None, b" \t\f\n"))


def may_be_slow_config(data: bytes) -> bool:
    """Return whether parsing a configuration file may be slow, for its many brackets or its keys of many parts."""
    return data.count(b"[") + data.count(b"{") > _MANY_BRACKETS or _MANY_DOTS.search(data) is not None


def _nests_deeply(code: bytes) -> bool:
    for _ in range(_BRACKETS):
        groups = set(_INNERMOST.findall(code))
        if not groups:
            break
        inside = b";".join(group[1:-1] for group in groups)
        if _LONG.search(inside) or _DENSE.search(inside):
            return True
        code = _INNERMOST.sub(b".", code)
    # A bracket that is left has no partner, or there are too many within each other.
    return any(each in code for each in b"()[]{}") or bool(_LONG.search(code) or _LAMBDAS.search(code))


def refuse_the_bottomless(data: bytes) -> None:
    """Let CPython's parser, which knows its limits, look at a deep file before LibCST's does."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(data)
    except (RecursionError, MemoryError) as error:
        raise TooDeepError from error
    except SyntaxError as error:
        if "too many nested parentheses" in error.msg or "too many levels of indentation" in error.msg:
            raise TooDeepError from error
    except ValueError:
        pass


def call_with_room(function: Callable[[], T]) -> T:
    """Call ``function`` in a thread with a large stack, and with room for recursion in Python.

    The limits are global and are restored afterwards; nothing else runs in the meantime.
    """
    call = _Call(function)
    size, limit = threading.stack_size(_STACK), sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(_RECURSION)
        thread = threading.Thread(target=call, name="asyncshim-deep")
        thread.start()
        thread.join()
    except RuntimeError as error:
        raise TooDeepError from error
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    return call.outcome()


class _Call(Generic[T]):
    """A call in another thread, whose result or exception comes back to this one."""

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._results: list[T] = []
        self._error: BaseException | None = None

    def __call__(self) -> None:
        try:
            self._results.append(self._function())
        except BaseException as error:  # noqa: BLE001  # it is raised again in the thread that asked
            self._error = error

    def outcome(self) -> T:
        """Return the result, or raise the exception."""
        if isinstance(self._error, RecursionError):
            raise TooDeepError from self._error
        if self._error is not None:
            raise self._error
        return self._results[0]
