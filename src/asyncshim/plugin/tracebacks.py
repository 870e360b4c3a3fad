"""Tracebacks start in the user's code: the frames of asyncio and asyncshim above it are taken off."""

from __future__ import annotations

import asyncio
import os
from types import CodeType, TracebackType
from typing import TypeVar

E = TypeVar("E", bound=BaseException)

_MACHINERY = (os.path.dirname(asyncio.__file__) + os.sep, os.path.dirname(__file__) + os.sep)


def is_machinery(code: CodeType) -> bool:
    """Whether *code* is asyncio's or ours."""
    return code.co_filename.startswith(_MACHINERY)


def without_machinery(error: E) -> E:
    """*error* with its traceback cut to where the code of somebody else begins; whole, if there is no such code."""
    first: TracebackType | None = error.__traceback__
    while first is not None and is_machinery(first.tb_frame.f_code):
        first = first.tb_next
    return error if first is None else error.with_traceback(first)
