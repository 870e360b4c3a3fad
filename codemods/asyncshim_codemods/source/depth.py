"""Files that are nested so deeply that parsing or printing them needs a larger stack than the default.

An example is generated data with a sum of thousands of terms. LibCST's parser does not raise there: the process
crashes.
"""

from __future__ import annotations

import ast
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# A stack of 8 MB is enough for a file shorter than this, whatever its nesting.
_SUSPICIOUS_LENGTH = 4000
_STACK = 512 * 1024 * 1024
_RECURSION = 200_000


class TooDeepError(Exception):
    """The file is nested too deeply even for a large stack."""


def is_suspicious(data: bytes) -> bool:
    """Return whether a statement may be nested thousands of levels deep: a very long line, or very many lines."""
    if len(data) < _SUSPICIOUS_LENGTH:
        return False
    lines = data.split(b"\n")
    return len(lines) > _SUSPICIOUS_LENGTH or max(map(len, lines)) > _SUSPICIOUS_LENGTH


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
        if isinstance(self._error, RecursionError | MemoryError):
            raise TooDeepError from self._error
        if self._error is not None:
            raise self._error
        return self._results[0]


def refuse_the_bottomless(data: bytes) -> None:
    """Parse a suspicious file with CPython first, which raises where LibCST would crash."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(data)
    except (RecursionError, MemoryError) as error:
        raise TooDeepError from error
    except SyntaxError as error:
        if "too many nested parentheses" in error.msg:
            raise TooDeepError from error
    except ValueError:
        pass
