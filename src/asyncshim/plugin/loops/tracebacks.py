"""Tracebacks start in the user's code: the frames of asyncio and asyncshim above it are taken off."""

from __future__ import annotations

import asyncio
import gc
import os
from pathlib import Path
from types import (
    AsyncGeneratorType,
    CellType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    TracebackType,
)
from typing import Any, TypeVar

E = TypeVar("E", bound=BaseException)
_PREFIXES = {CoroutineType: "cr", AsyncGeneratorType: "ag", GeneratorType: "gi"}

_MACHINERY = tuple(str(folder) + os.sep for folder in (Path(asyncio.__file__).parent, Path(__file__).parents[1]))

_DRIVERS = {"run_forever", "_run_loop"}  # below which there is only what runs the test


def is_machinery(code: CodeType) -> bool:
    """Return whether *code* is asyncio's or ours."""
    return code.co_filename.startswith(_MACHINERY)


def line_of_user(frame: FrameType | None) -> str | None:
    """Return the line of user code, as FILE:LINE, that *frame* runs for; ``None`` if a loop runs it by itself."""
    while frame is not None and is_machinery(frame.f_code):
        if frame.f_code.co_name in _DRIVERS:
            return None
        frame = frame.f_back
    return None if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"


def without_machinery(error: E) -> E:
    """Return *error* with a traceback that begins in user code; unchanged if it has no such code."""
    first: TracebackType | None = error.__traceback__
    while first is not None and is_machinery(first.tb_frame.f_code):
        first = first.tb_next
    return error if first is None else error.with_traceback(first)


def between_machinery(error: BaseException) -> TracebackType | None:
    """Return the traceback of *error* from the first to the last line of user code: where a task was waiting."""
    entries: list[TracebackType] = []
    entry = error.__traceback__
    while entry is not None:
        entries.append(entry)
        entry = entry.tb_next
    while entries and is_machinery(entries[-1].tb_frame.f_code):
        entries.pop()
    found: TracebackType | None = None
    for entry in reversed(entries):
        found = TracebackType(found, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    while found is not None and is_machinery(found.tb_frame.f_code):
        found = found.tb_next
    return found


def every_frame_of(task: asyncio.Task[Any]) -> list[FrameType]:
    """Return all frames on the way to what *task* runs or awaits, the innermost last."""
    found: list[FrameType] = []
    awaitable: Any = task.get_coro()
    known: set[int] = set()
    while awaitable is not None and id(awaitable) not in known:
        known.add(id(awaitable))
        prefix = _PREFIXES.get(awaitable.__class__)
        driven = getattr(awaitable, "asyncshim_driven", None)
        if driven is not None:
            awaitable = driven
            continue
        if prefix is None:  # a wrapper written in C, such as what __anext__() returns: it holds what it drives
            awaitable = next((inner for inner in gc.get_referents(awaitable) if type(inner) in _PREFIXES), None)
            continue
        frame = getattr(awaitable, f"{prefix}_frame")
        if frame is not None:
            found.append(frame)
        awaitable = getattr(awaitable, "gi_yieldfrom" if prefix == "gi" else f"{prefix}_await")
    return found


def frames_of(task: asyncio.Task[Any]) -> list[FrameType]:
    """Return the frames of user code on the way to what *task* runs or awaits, the innermost last."""
    return [frame for frame in every_frame_of(task) if not is_machinery(frame.f_code)]


def place_of(task: asyncio.Task[Any]) -> TracebackType | None:
    """Return the line that *task* is at, as a traceback for an exception that stops it."""
    return at_lines(frames_of(task)[-1:])


def at_lines(frames: list[FrameType]) -> TracebackType | None:
    """Return a traceback of *frames*, each at its current line."""
    found: TracebackType | None = None
    for frame in reversed(frames):
        found = TracebackType(found, frame, frame.f_lasti, frame.f_lineno)
    return found


def at_definition(code: CodeType) -> TracebackType | None:
    """Return the first line of the async generator function of *code*, as a traceback."""
    closure = tuple(CellType() for _ in code.co_freevars)
    function: Any = FunctionType(code, {}, closure=closure)
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    arguments, keywords = names[: code.co_argcount], names[code.co_argcount :]
    generator = function(*arguments, **dict.fromkeys(keywords))  # its frame has not begun
    frame: FrameType | None = getattr(generator, "ag_frame", None)
    return None if frame is None else TracebackType(None, frame, frame.f_lasti, code.co_firstlineno)
