"""A lock for one writer at a time, which the system releases when the process ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from asyncshim.errors import UsageError

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def exclusive(folder: Path) -> Generator[None]:
    """Hold the lock of a folder of journals, or raise immediately."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        try:
            _lock(descriptor)
            # The previous run may have removed the folder with this lock after it was opened here.
            if not os.path.samestat(os.fstat(descriptor), (folder / "lock").stat()):
                raise BlockingIOError
        except OSError as error:
            raise UsageError(
                "another run of asyncshim is writing to this project at this moment: nothing was done, "
                "run again when it has ended"
            ) from error
        yield
    finally:
        os.close(descriptor)
