"""The numbers of a report: by rule, rewritten uses, unsafe uses and uses for manual review."""

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
    """The numbers of one rule: rewritten uses, uses that ``--unsafe`` rewrites, and uses for manual review."""

    code: str
    fixed: int
    unsafe: int
    manual: int

    @property
    def remaining(self) -> int:
        """The uses that were not rewritten."""
        return self.unsafe + self.manual


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of one run."""

    rows: tuple[Row, ...]
    changed: int
    failed: int

    @property
    def fixed(self) -> int:
        """The rewritten uses of all rules."""
        return sum(row.fixed for row in self.rows)

    @property
    def remaining(self) -> int:
        """The uses of all rules that were not rewritten."""
        return self.unsafe + self.manual

    @property
    def unsafe(self) -> int:
        """The remaining uses that ``--unsafe`` rewrites."""
        return sum(row.unsafe for row in self.rows)

    @property
    def manual(self) -> int:
        """The remaining uses for manual review."""
        return sum(row.manual for row in self.rows)


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
