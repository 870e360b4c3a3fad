"""Ctrl-C at a moment when stopping would leave a job half done."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

_NUMBERS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def deferred_interrupts() -> Generator[None]:
    """Let the block end before Ctrl-C or a polite kill takes effect."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the shape of a handler
        received.append(number)

    before = {number: signal.signal(number, remember) for number in _NUMBERS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        if received:
            signal.raise_signal(received[0])


@contextmanager
def blocked_interrupts() -> Generator[None]:
    """Let no Ctrl-C in while processes are started: they would inherit this process's way of dealing with one.

    Each of them calls :func:`unblock_interrupts` when it has a way of its own. On Windows, which starts a process from
    scratch, there is nothing to block.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _NUMBERS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def unblock_interrupts() -> None:
    """Undo in a new process what :func:`blocked_interrupts` did in the one that started it."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _NUMBERS)
