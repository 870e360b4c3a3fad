"""What is to be written: for each file the bytes that were read, the bytes that replace them, and its mode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncshim.migrate.plan.spool import Kept, Spool


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
