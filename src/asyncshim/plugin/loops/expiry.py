"""Tell the session that a time limit has expired, or that Ctrl-C was pressed, while a task runs."""

from __future__ import annotations

import asyncio
from types import FrameType
from typing import Any, Protocol


class Listener(Protocol):
    """What a session does then."""

    def expired(self, task: asyncio.Task[Any], frame: FrameType | None, error: BaseException | None) -> None:
        """*task* has exceeded a limit; *frame* is what its thread ran, *error* what reports it, if they are known."""

    def interrupted(self, task: asyncio.Task[Any], frame: FrameType | None) -> None:
        """Ctrl-C was pressed while *task* ran."""


_listeners: list[Listener] = []  # one inside the other where a session runs inside a test


def listen(listener: Listener) -> None:
    """Call *listener* until :func:`stop_listening`."""
    _listeners.append(listener)


def stop_listening(listener: Listener) -> None:
    """Do not call *listener* any more."""
    if listener in _listeners:
        _listeners.remove(listener)


def expired(task: asyncio.Task[Any], frame: FrameType | None = None, error: BaseException | None = None) -> None:
    """Tell the innermost session that *task* has exceeded a limit."""
    if _listeners:
        _listeners[-1].expired(task, frame, error)


def interrupted(task: asyncio.Task[Any], frame: FrameType | None = None) -> None:
    """Tell the innermost session that Ctrl-C was pressed while *task* ran."""
    if _listeners:
        _listeners[-1].interrupted(task, frame)
