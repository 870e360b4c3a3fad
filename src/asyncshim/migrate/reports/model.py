"""The data of a report, in any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from asyncshim.migrate.reports.tally import Tally, tally
from asyncshim_codemods.results import Safety

if TYPE_CHECKING:
    from asyncshim_codemods.api import RuleInfo
    from asyncshim_codemods.results import FileResult, Finding


class RunMode(StrEnum):
    """Whether files were written, or changes only previewed."""

    WRITTEN = "written"
    PREVIEW = "preview"


@dataclass(frozen=True)
class Report:
    """One run. Paths are POSIX paths relative to the top of the repository.

    ``project``, ``command`` and ``date`` say where the report comes from; each may be empty.

    ``documentation`` is the address of the documentation that the package metadata names; empty if it names none.
    """

    version: str
    mode: RunMode
    results: tuple[FileResult, ...]
    rules: Mapping[str, RuleInfo]
    files: int
    documentation: str = ""
    project: str = ""
    command: str = ""
    date: str = ""

    @cached_property
    def tally(self) -> Tally:
        """The numbers of all rules."""
        return tally(self.results)

    def name(self, code: str) -> str:
        """Return the name of a rule."""
        return self.rules[code].name if code in self.rules else ""

    def state(self, finding: Finding) -> str:
        """Return the state of a finding: changed, would change, unsafe or manual review."""
        if not finding.fixed:
            return "unsafe" if finding.safety is Safety.UNSAFE else "manual review"
        return "changed" if self.mode is RunMode.WRITTEN else "would change"
