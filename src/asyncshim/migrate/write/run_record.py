"""What is known of one run of writing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """How far a run came. Until ``COMMITTING`` is on disk no file of the user's has been touched."""

    PREPARING = "preparing"
    COMMITTING = "committing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a run; its old bytes are in the run's pack at ``offset``, its new ones in ``temporary`` at first."""

    path: str
    temporary: str
    before: str
    after: str
    mode: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run: ``root`` is relative to the store's anchor; ``undoes`` is the number of the run that it reverts."""

    number: int
    stage: Stage
    root: str
    entries: tuple[Entry, ...]
    undoes: int | None = None
