"""Read a file with its mode; write a file so that a power failure cannot lose it."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
# Without O_NONBLOCK, opening a FIFO waits for a writer.
READ_FLAGS = os.O_RDONLY | _BINARY | _NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
CREATE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY | _NOFOLLOW
NOT_REGULAR = "not a regular file"
TOO_LARGE = "too large"
MOST = 64 * 2**20
"""Larger files of a project are not even searched for words."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The content and the permission bits of a file at one moment."""

    data: bytes
    mode: int


def read(path: Path | str, *, dir_fd: int | None = None, most: int | None = None) -> Snapshot:
    """Read a regular file; a link, a FIFO or a device that took its place meanwhile is an ``OSError``.

    So is a file with ``most`` bytes or more: one can claim any size without taking room on the disk.
    """
    descriptor = os.open(path, READ_FLAGS, dir_fd=dir_fd)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, NOT_REGULAR)
    if most is not None and status.st_size >= most:
        os.close(descriptor)
        raise OSError(errno.EFBIG, TOO_LARGE)
    with os.fdopen(descriptor, "rb") as stream:
        return Snapshot(stream.read(), stat.S_IMODE(status.st_mode))


def digest(data: bytes) -> str:
    """Return the digest that identifies these bytes in a plan or journal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str | None:
    """Return the digest of a file's current content, or ``None`` if it cannot be read."""
    try:
        return digest(read(path).data)
    except OSError:
        return None


def write_synced(path: Path | str, parts: Iterable[bytes], *, dir_fd: int | None = None) -> None:
    """Create a file and sync it to disk. It must not exist; after a failure it is removed."""
    descriptor = os.open(path, CREATE_FLAGS, 0o600, dir_fd=dir_fd)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        os.unlink(path, dir_fd=dir_fd)
        raise


def sync_folder(folder: Path) -> None:
    """Sync a folder to disk; Windows has no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
