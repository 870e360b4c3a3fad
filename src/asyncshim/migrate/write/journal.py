"""The record of one run of writing: enough to finish it, to take it back, or to undo it later."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.read import files

if TYPE_CHECKING:
    from asyncshim.migrate.read.project import Project

_VERSION = 1
_KEPT_RUNS = 10
OUTSIDE_GIT = ".asyncshim"


class Stage(StrEnum):
    """How far a run came. Until ``COMMITTING`` is on disk no file of the user's has been touched."""

    PREPARING = "preparing"
    COMMITTING = "committing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a run; its old bytes lie in the run's pack at ``offset``, its new ones in ``temporary`` at first."""

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


class Store:
    """The folder of journals. Nothing in it is created before there is something to write."""

    def __init__(self, folder: Path, anchor: Path) -> None:
        self.folder = folder
        self._anchor = anchor

    def create(self) -> None:
        """Make the folder; outside a git folder it keeps itself out of any version control."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.folder.name == OUTSIDE_GIT:
            (self.folder / ".gitignore").write_text("*\n", "ascii")

    def remove_if_empty(self) -> None:
        """Leave no trace when no run is on record any more."""
        if self.folder.is_dir() and not self.numbers():
            shutil.rmtree(self.folder, ignore_errors=True)

    def numbers(self) -> list[int]:
        """Return the numbers of the runs on record, oldest first."""
        return sorted(n for n in self._folder_numbers() if (self._folder(n) / "journal.json").is_file())

    def next_number(self) -> int:
        """Return a number that no run had, not even one that was killed before it had a journal."""
        return max(self._folder_numbers(), default=0) + 1

    def unfinished(self) -> Run | None:
        """Return the run that was interrupted, if the last one was."""
        numbers = self.numbers()
        run = self.load(numbers[-1]) if numbers else None
        return run if run is not None and run.stage is not Stage.DONE else None

    def last(self) -> Run | None:
        """Return the last run on record."""
        numbers = self.numbers()
        return self.load(numbers[-1]) if numbers else None

    def root(self, run: Run) -> Path:
        """Return the folder that the run's paths are relative to."""
        return self._anchor / run.root

    def relative(self, root: Path) -> str:
        """Return ``root`` as a run keeps it: a work tree may be moved between a run and its undo."""
        return root.relative_to(self._anchor).as_posix()

    def save(self, run: Run) -> None:
        """Put the run on disk; a reader sees this version or the one before, never a mixture."""
        folder = self._folder(run.number)
        draft = folder / "journal.json.new"
        content = {"version": _VERSION, **dataclasses.asdict(run)}
        files.write_synced(draft, [json.dumps(content, indent=1).encode("ascii")])
        draft.replace(folder / "journal.json")
        files.sync_folder(folder)

    def save_pack(self, number: int, parts: Iterable[bytes]) -> None:
        """Store the old bytes of all files of a run, one after the other."""
        self._folder(number).mkdir()
        files.write_synced(self._folder(number) / "before.pack", parts)
        files.sync_folder(self.folder)

    def old_bytes(self, run: Run, entry: Entry) -> bytes:
        """Return what the file held before the run."""
        with (self._folder(run.number) / "before.pack").open("rb") as pack:
            pack.seek(entry.offset)
            data = pack.read(entry.size)
        if files.digest(data) != entry.before:
            raise AsyncshimError(f"{self._folder(run.number)}: the stored bytes of {entry.path} are damaged")
        return data

    def load(self, number: int) -> Run:
        """Read one run back."""
        path = self._folder(number) / "journal.json"
        try:
            content = json.loads(path.read_bytes())
            if content["version"] != _VERSION:
                raise AsyncshimError(f"{path} is of another version of asyncshim: use that one for its undo")
            return Run(
                number=content["number"],
                stage=Stage(content["stage"]),
                root=content["root"],
                entries=tuple(Entry(**entry) for entry in content["entries"]),
                undoes=content["undoes"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise AsyncshimError(f"{path} is damaged ({error}): move its folder away to go on") from error

    def forget(self, number: int) -> None:
        """Drop a run: its journal first, so that a half-deleted one is not taken for a run."""
        (self._folder(number) / "journal.json").unlink(missing_ok=True)
        shutil.rmtree(self._folder(number), ignore_errors=True)

    def forget_old(self) -> None:
        """Keep the last few runs only, and nothing of one that was killed before it had a journal."""
        kept = self.numbers()[-_KEPT_RUNS:]
        for number in self._folder_numbers():
            if number not in kept:
                self.forget(number)

    def _folder(self, number: int) -> Path:
        return self.folder / f"run-{number:06}"

    def _folder_numbers(self) -> list[int]:
        names = (path.name.removeprefix("run-") for path in self.folder.glob("run-*"))
        return [int(name) for name in names if name.isdecimal()]


def store_of(project: Project) -> Store:
    """Return the journals: inside the git folder, which no ``git add`` ever sees; without git, in the project."""
    folder = project.repository.state if project.repository else project.root / OUTSIDE_GIT
    return Store(folder, project.diff_base)
