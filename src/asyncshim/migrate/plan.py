"""What is to be written: for each file the bytes that were read, the bytes that replace them, and its mode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asyncshim.migrate import files

if TYPE_CHECKING:
    from asyncshim.migrate.engine import Outcome


@dataclass(frozen=True, slots=True)
class Edit:
    """One file: ``path`` is POSIX and relative to the root of the plan, ``mode`` its permission bits."""

    path: str
    old: bytes
    new: bytes
    mode: int

    @property
    def old_digest(self) -> str:
        """Identifies the bytes that may be replaced; any others are somebody's work."""
        return files.digest(self.old)

    @property
    def new_digest(self) -> str:
        """Identifies the bytes that will be there."""
        return files.digest(self.new)


@dataclass(frozen=True, slots=True)
class Plan:
    """The edits of one run, in order of path."""

    edits: tuple[Edit, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that would be replaced."""
        return tuple(edit.path for edit in self.edits)


def make(outcome: Outcome) -> Plan:
    """Turn what the rules said into a plan."""
    return of(
        Edit(visited.result.path, visited.result.old, visited.result.new, visited.mode)
        for visited in outcome.visited
        if visited.result.changed
    )


def of(edits: Iterable[Edit]) -> Plan:
    """Return a plan of these edits."""
    return Plan(tuple(sorted(edits, key=lambda edit: edit.path)))
