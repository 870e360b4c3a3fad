"""How much a thread computed, and how long it waited for a processor."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import Any


class ThreadClocks:
    """Clocks of one thread, in seconds. They stand still where the operating system has none."""

    def __init__(self, ident: int, native: int | None) -> None:
        get_id: Any = getattr(time, "pthread_getcpuclockid", None)  # not on macOS and Windows
        self._id: int | None = None
        if get_id is not None:
            with contextlib.suppress(OSError):
                self._id = get_id(ident)
        self._statistics = Path(f"/proc/self/task/{native}/schedstat")  # of Linux
        self._gettime: Any = getattr(time, "clock_gettime", None)  # not the name of the module, which tests may freeze

    def computed(self) -> float:
        """Return how long the thread ran on a processor."""
        if self._id is None:
            return 0.0
        try:
            return float(self._gettime(self._id))
        except OSError:  # the thread has ended
            return 0.0

    def waited(self) -> float:
        """Return how long the thread was ready to run, but no processor was free."""
        try:
            _, nanoseconds, *_ = self._statistics.read_bytes().split()
            return int(nanoseconds) / 1e9
        except (OSError, ValueError):
            return 0.0


def clocks_of_present_thread() -> ThreadClocks:
    """Return the clocks of the calling thread."""
    return ThreadClocks(threading.get_ident(), threading.get_native_id())
