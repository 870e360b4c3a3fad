"""What every report is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from asyncshim.migrate.reports.tally import Tally, tally

if TYPE_CHECKING:
    from asyncshim_codemods.api import RuleInfo
    from asyncshim_codemods.results import FileResult, Finding


class Mode(StrEnum):
    """Whether files were written, or only looked at."""

    WRITTEN = "written"
    PREVIEW = "preview"


@dataclass(frozen=True)
class Report:
    """One run. Paths are POSIX and relative to the top of the repository, which is where every reader is."""

    version: str
    mode: Mode
    results: tuple[FileResult, ...]
    rules: Mapping[str, RuleInfo]
    files: int

    @cached_property
    def tally(self) -> Tally:
        """The numbers."""
        return tally(self.results)

    def name(self, code: str) -> str:
        """Return the name of a rule."""
        return self.rules[code].name if code in self.rules else ""

    def state(self, finding: Finding) -> str:
        """Return what became of one finding, in one word."""
        if not finding.fixed:
            return "left"
        return "changed" if self.mode is Mode.WRITTEN else "would change"
