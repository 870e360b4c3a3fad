"""Postpone Ctrl-C while an operation must not stop in the middle."""

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
    """Postpone SIGINT and SIGTERM until the end of the block."""
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
    """Block SIGINT and SIGTERM while processes start, because they would inherit the handlers of this process.

    Each process calls :func:`unblock_interrupts` after it has set its own handlers. Windows does not inherit handlers,
    so there is nothing to block.
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
    """Unblock in a new process the signals that :func:`blocked_interrupts` blocked in its parent."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _NUMBERS)
