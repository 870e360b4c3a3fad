"""The data of one run that writes files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The state of a run. Before ``COMMITTING`` is on disk, no file of the user is changed."""

    PREPARING = "preparing"
    COMMITTING = "committing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a run; its old content is in the pack of the run at ``offset``, its new content in ``temporary``."""

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
