"""The numbers that every report shows: by rule, what changed and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asyncshim_codemods.results import Safety

if TYPE_CHECKING:
    from asyncshim_codemods.results import FileResult


@dataclass(frozen=True, slots=True)
class Row:
    """One rule's numbers: uses that were rewritten, that ``--unsafe`` would rewrite, and that need a person."""

    code: str
    fixed: int
    unsafe: int
    manual: int

    @property
    def left(self) -> int:
        """Uses that are still there."""
        return self.unsafe + self.manual


@dataclass(frozen=True, slots=True)
class Tally:
    """One run's numbers."""

    rows: tuple[Row, ...]
    changed: int
    failed: int

    @property
    def fixed(self) -> int:
        """Uses rewritten, over all rules."""
        return sum(row.fixed for row in self.rows)

    @property
    def left(self) -> int:
        """Uses left, over all rules."""
        return sum(row.left for row in self.rows)

    @property
    def unsafe(self) -> int:
        """Uses left that ``--unsafe`` would rewrite."""
        return sum(row.unsafe for row in self.rows)


def tally(results: Iterable[FileResult]) -> Tally:
    """Count the findings of a run."""
    fixed: Counter[str] = Counter()
    unsafe: Counter[str] = Counter()
    manual: Counter[str] = Counter()
    changed = failed = 0
    for result in results:
        changed += result.changed
        failed += result.error is not None
        for finding in result.findings:
            if finding.fixed:
                fixed[finding.code] += 1
            elif finding.safety is Safety.UNSAFE:
                unsafe[finding.code] += 1
            else:
                manual[finding.code] += 1
    codes = sorted({*fixed, *unsafe, *manual})
    rows = tuple(Row(code, fixed[code], unsafe[code], manual[code]) for code in codes)
    return Tally(rows, changed=changed, failed=failed)
