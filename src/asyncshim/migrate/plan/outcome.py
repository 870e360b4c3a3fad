"""The result of a run of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asyncshim.migrate.plan.plan import of as plan_of

if TYPE_CHECKING:
    from asyncshim.migrate.plan.one_file import Visited
    from asyncshim.migrate.plan.plan import Plan
    from asyncshim_codemods.results import FileResult


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a run: only files with a change, a finding or an error are kept, in order of path.

    ``note`` says for which runner the files were rewritten, if that is not what the user may expect.
    ``outside`` are results with findings of files that are not within the given paths; they are never written.
    ``config`` are the configuration and dependency files among the ``files`` that were checked.
    ``is_repeatable`` says that the same files give the same outcome: no file was given up for lack of time or memory,
    and none could not be read.
    """

    visited: tuple[Visited, ...]
    files: int
    note: str = ""
    outside: tuple[FileResult, ...] = ()
    config: tuple[str, ...] = ()
    is_repeatable: bool = True

    @property
    def results(self) -> tuple[FileResult, ...]:
        """The results alone, for reports: that a file changes, not its bytes."""
        return tuple(visited.result for visited in self.visited)

    @property
    def whole_results(self) -> tuple[FileResult, ...]:
        """The results with all bytes, for reports that show code."""
        return tuple(visited.whole for visited in self.visited)

    def plan(self) -> Plan:
        """Return what is to be written."""
        return plan_of(visited.change for visited in self.visited if visited.change is not None)
