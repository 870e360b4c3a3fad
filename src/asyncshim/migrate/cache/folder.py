"""The folder of the cache: private to the user, outside of the project, bounded in size, and safe to delete.

The entries are JSON behind a digest. If the folder or an entry is damaged, the run continues without the cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.migrate.read import files
from asyncshim.migrate.read.user_folder import user_folder

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE = "ASYNCSHIM_NO_CACHE"
"""The environment variable that turns the cache off, unless it is empty."""

MOST = 128 * 2**20
_LARGEST = 32 * 2**20
# Several are made in a day, because each list of paths and each option has its own.
_MOST_ENTRIES = 1000
_OURS = re.compile(r"[0-9a-f]{64}\.json(?:\.[0-9a-f]{16})?")
# A temporary file of this age belongs to a run that was killed.
_ABANDONED = 3600.0


def cache_for(project: Path) -> CacheFolder | None:
    """Return the cache for a project; None if the user wants none, or if its folder lies within the project."""
    base = None if os.environ.get(VARIABLE) else user_folder("cache")
    if base is None:
        return None
    real = Path(os.path.realpath(base))
    return None if real.is_relative_to(os.path.realpath(project)) else CacheFolder(real)


class CacheFolder:
    """Reads and writes entries, each under the digest that is its key."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder = folder
        self._most = most

    def get(self, key: str) -> object:
        """Return the content of an entry; None if there is none that can be used."""
        try:
            if not _is_own(self._folder.lstat(), stat.S_ISDIR):
                return None
            data = self._read(key)
            digest, _, body = data.partition(b"\n")
            if digest != _digest(key, body):
                return None
            content: object = json.loads(body)
        except (OSError, ValueError, RecursionError):
            return None
        with contextlib.suppress(OSError):
            os.utime(self._path(key))  # those that are not used are removed first
        return content

    def put(self, key: str, content: object) -> None:
        """Keep an entry, and remove old ones."""
        body = json.dumps(content, separators=(",", ":")).encode()
        if len(body) > min(_LARGEST, self._most):
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(0o700, parents=True, exist_ok=True)
            if _is_own(self._folder.lstat(), stat.S_ISDIR):
                self._write(key, _digest(key, body) + b"\n" + body)
                self._prune()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _read(self, key: str) -> bytes:
        descriptor = os.open(self._path(key), files.READ_FLAGS)
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            return stream.read() if _is_own(status, stat.S_ISREG) and status.st_size <= 2 * _LARGEST else b""

    def _write(self, key: str, data: bytes) -> None:
        temporary = self._folder / f"{key}.json.{os.urandom(8).hex()}"
        descriptor = os.open(temporary, files.CREATE_FLAGS, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            temporary.replace(self._path(key))
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise

    def _prune(self) -> None:
        """Remove the entries that were not used for the longest time, until the others are small enough together."""
        with os.scandir(self._folder) as entries:
            ours = [(entry.stat(follow_symlinks=False), entry.path) for entry in entries if _OURS.fullmatch(entry.name)]
        newest_first = sorted(ours, key=lambda one: one[0].st_mtime_ns, reverse=True)
        total = number = 0
        for status, path in newest_first:
            is_temporary = not path.endswith(".json")
            if is_temporary and time.time() - status.st_mtime < _ABANDONED:
                continue
            total, number = total + status.st_size, number + 1
            if is_temporary or total > self._most or number > _MOST_ENTRIES:
                with contextlib.suppress(OSError):
                    os.unlink(path)  # noqa: PTH108 - the entries of a scan are no Paths


def _digest(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + body).hexdigest().encode()


def _is_own(status: os.stat_result, is_wanted: Callable[[int], bool]) -> bool:
    """Return whether it is of the wanted kind, and only this user can have written it."""
    if sys.platform == "win32":
        return is_wanted(status.st_mode)
    return is_wanted(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022
