"""The changes to write: for each file the bytes that were read, the bytes that replace them, and its mode.

The bytes are in memory while they are few, and in a temporary file as soon as they are many.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.read import files

_IN_MEMORY = 2**20  # bytes


class Spool:
    """Keeps bytes until the last that were kept here are forgotten; the file has no name and goes with the process."""

    def __init__(self) -> None:
        import tempfile  # slow to import, and most runs of `check` keep nothing

        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - lives as long as what is kept
        self._end = 0
        weakref.finalize(self, self._file.close)

    def keep(self, data: bytes) -> Kept:
        """Take bytes over; an :class:`AsyncshimError` where the temporary folder has no room for them."""
        try:
            self._file.seek(self._end)
            self._file.write(data)
            self._file.flush()  # nothing may wait in a buffer that forked processes share
        except OSError as error:
            from tempfile import gettempdir

            place = gettempdir()
            raise AsyncshimError(
                f"nothing was written: {place} cannot hold what is planned: {error.strerror}"
            ) from error
        kept = Kept(self, self._end, len(data), files.digest(data))
        self._end += len(data)
        return kept

    def read(self, offset: int, size: int) -> bytes:
        """Return what was kept at a place."""
        self._file.seek(offset)
        return self._file.read(size)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where some bytes are, ``size`` of them, and the digest that tells them from any others."""

    spool: Spool
    offset: int
    size: int
    digest: str

    @property
    def data(self) -> bytes:
        """The bytes themselves, read anew each time."""
        return self.spool.read(self.offset, self.size)


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file to rewrite: ``path`` is POSIX and relative to the root of the plan, ``mode`` its permission bits."""

    path: str
    old: Kept
    new: Kept
    mode: int

    @classmethod
    def keeping(cls, spool: Spool, path: str, old: bytes, new: bytes, mode: int) -> FileChange:
        """Return a change whose bytes are kept in a spool."""
        return cls(path, spool.keep(old), spool.keep(new), mode)


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of one run, in order of path."""

    edits: tuple[FileChange, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that would be replaced."""
        return tuple(edit.path for edit in self.edits)


def of(edits: Iterable[FileChange]) -> Plan:
    """Return a plan of these changes."""
    return Plan(tuple(sorted(edits, key=lambda edit: edit.path)))
