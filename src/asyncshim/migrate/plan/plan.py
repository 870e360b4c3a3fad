"""What is to be written: for each file the bytes that were read, the bytes that replace them, and its mode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncshim.migrate.plan.engine import Outcome
    from asyncshim.migrate.plan.spool import Kept, Spool


@dataclass(frozen=True, slots=True)
class Edit:
    """One file: ``path`` is POSIX and relative to the root of the plan, ``mode`` its permission bits."""

    path: str
    old: Kept
    new: Kept
    mode: int

    @classmethod
    def keeping(cls, spool: Spool, path: str, old: bytes, new: bytes, mode: int) -> Edit:
        """Return an edit whose bytes are kept in a spool."""
        return cls(path, spool.keep(old), spool.keep(new), mode)


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
        Edit(visited.result.path, visited.change.old, visited.change.new, visited.mode)
        for visited in outcome.visited
        if visited.change is not None
    )


def of(edits: Iterable[Edit]) -> Plan:
    """Return a plan of these edits."""
    return Plan(tuple(sorted(edits, key=lambda edit: edit.path)))
