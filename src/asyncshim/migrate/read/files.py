"""Bytes from and to the disk: one file read with its mode, one file written so that a power cut cannot lose it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bytes of a file and its permission bits as they were at one moment."""

    data: bytes
    mode: int


def read(path: Path | str) -> Snapshot:
    """Read a regular file; a symbolic link that took its place meanwhile is an ``OSError``."""
    descriptor = os.open(path, os.O_RDONLY | _BINARY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        return Snapshot(stream.read(), stat.S_IMODE(status.st_mode))


def digest(data: bytes) -> str:
    """Return what identifies these bytes in a plan or journal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str | None:
    """Return the digest of a file's present bytes, or ``None`` when they cannot be read."""
    try:
        return digest(read(path).data)
    except OSError:
        return None


def write_synced(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file of our own and wait until the disk has it; on failure nothing is left of it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows the names in a folder; Windows has no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
