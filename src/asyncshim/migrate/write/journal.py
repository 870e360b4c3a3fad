"""The record of one run, with which the run can be completed, reverted or undone."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.read import files
from asyncshim.migrate.write import journal_schema, state_folder
from asyncshim.migrate.write.run_record import Entry, Run, Stage

if TYPE_CHECKING:
    from asyncshim.migrate.read.project import Project

_VERSION = 1
_KEPT_RUNS = 10


class Store:
    """The folder of journals of the work tree at ``anchor``. It is created when there is something to write."""

    def __init__(self, folder: Path, anchor: Path) -> None:
        self.folder = folder
        self._anchor = anchor

    def create(self) -> None:
        """Make the folder."""
        state_folder.create(self.folder)

    def remove_if_empty(self) -> None:
        """Remove the folder if it has no run."""
        if self.folder.is_dir() and not self.numbers():
            shutil.rmtree(self.folder, ignore_errors=True)

    def numbers(self) -> list[int]:
        """Return the numbers of the recorded runs, oldest first."""
        return sorted(n for n in self._folder_numbers() if (self._folder(n) / "journal.json").is_file())

    def next_number(self) -> int:
        """Return an unused number; a run that was killed before it had a journal uses its number, too."""
        return max(self._folder_numbers(), default=0) + 1

    def unfinished(self) -> Run | None:
        """Return the last run if it was interrupted."""
        numbers = self.numbers()
        run = self.load(numbers[-1]) if numbers else None
        return run if run is not None and run.stage is not Stage.DONE else None

    def last(self) -> Run | None:
        """Return the last recorded run."""
        numbers = self.numbers()
        return self.load(numbers[-1]) if numbers else None

    def root(self, run: Run) -> Path:
        """Return the folder that the run's paths are relative to."""
        return self._anchor / run.root

    def relative(self, root: Path) -> str:
        """Return ``root`` as a run records it."""
        return root.relative_to(self._anchor).as_posix()

    def save(self, run: Run) -> None:
        """Write the run to disk atomically."""
        folder = self._folder(run.number)
        draft = folder / "journal.json.new"
        draft.unlink(missing_ok=True)
        content = {"version": _VERSION, **dataclasses.asdict(run)}
        files.write_synced(draft, [json.dumps(content, indent=1).encode("ascii")])
        draft.replace(folder / "journal.json")
        files.sync_folder(folder)

    def save_pack(self, number: int, parts: Iterable[bytes]) -> None:
        """Store the old bytes of all files of a run, one after the other."""
        self._folder(number).mkdir(0o700)
        files.write_synced(self._folder(number) / "before.pack", parts)
        files.sync_folder(self.folder)

    def old_bytes(self, run: Run, entry: Entry) -> bytes:
        """Return the content of the file before the run."""
        file = self._folder(run.number) / "before.pack"
        state_folder.check(file, is_folder=False)
        with file.open("rb") as pack:
            pack.seek(entry.offset)
            data = pack.read(entry.size)
        if files.digest(data) != entry.before:
            raise AsyncshimError(f"{self._folder(run.number)}: the stored bytes of {entry.path} are damaged")
        return data

    def load(self, number: int) -> Run:
        """Read one run; refuse a journal that asyncshim of this user did not write."""
        path = self._folder(number) / "journal.json"
        for folder in (self.folder, path.parent):
            state_folder.check(folder)
        state_folder.check(path, is_folder=False)
        try:
            content = json.loads(files.read(path).data)
            if content["version"] != _VERSION:
                raise AsyncshimError(f"{path} is of another version of asyncshim: use that one for its undo")
            return journal_schema.parse(content, number, self._anchor)
        except journal_schema.ForgedError as error:
            raise AsyncshimError(
                f"{path} was not written by asyncshim ({error}), so nothing was done: move its folder away to continue"
            ) from error
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise AsyncshimError(f"{path} is damaged ({error}): move its folder away to continue") from error

    def forget(self, number: int) -> None:
        """Delete a run: its journal first, so that a partly deleted run does not count as one."""
        (self._folder(number) / "journal.json").unlink(missing_ok=True)
        shutil.rmtree(self._folder(number), ignore_errors=True)

    def forget_old(self) -> None:
        """Delete all but the last few runs, and runs that were killed before they had a journal."""
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
    """Return the journals of a project in the state folder of the user."""
    return Store(state_folder.folder_for(project.diff_base), project.diff_base)
