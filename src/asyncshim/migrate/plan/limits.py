"""Limits for one file (bytes, seconds, memory), and the messages for files that exceed them."""

from __future__ import annotations

import signal
from dataclasses import dataclass

DEFAULT_SIZE = 2 * 2**20
DEFAULT_SECONDS = 30
_MEMORY = 2 * 2**30
NO_MEMORY = 77
"""The exit code of a process that got no more memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for one file. ``memory`` counts only where the system limits the memory of a process: on Linux."""

    size: int = DEFAULT_SIZE
    seconds: int = DEFAULT_SECONDS
    memory: int = _MEMORY

    def too_large(self) -> str:
        """Say that a file is larger than the limit."""
        return f"is larger than {shown_size(self.size)}, so it stays unchanged: `--max-file-size` sets the limit"

    def too_slow(self) -> str:
        """Say that a file took too long."""
        return f"takes more than {self.seconds} seconds, so it stays unchanged: `--file-timeout` sets the limit"

    def too_large_in_memory(self) -> str:
        """Say that a file needs too much memory."""
        return f"needs more than {shown_size(self.memory)} of memory, so it stays unchanged: split the file"

    def died(self, code: int | None) -> str:
        """Say why a process with this exit code died."""
        if code in {NO_MEMORY, -signal.SIGABRT}:
            return self.too_large_in_memory()
        if code is not None and -code in {signal.SIGSEGV, getattr(signal, "SIGBUS", signal.SIGSEGV)}:
            return "is nested too deeply: the parser crashed, so the file stays unchanged"
        return "the process that worked on it died (out of memory, or killed); the file stays unchanged"


def shown_size(size: int) -> str:
    """Return a number of bytes with the largest unit that divides it."""
    for power, unit in ((30, "GB"), (20, "MB"), (10, "kB")):
        if size % 2**power == 0:
            return f"{size >> power} {unit}"
    return f"{size} bytes"
