"""The report as plain text: one line for each finding, a table, and sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from asyncshim.migrate import safe_text
from asyncshim.migrate.plan.selection import DEPENDENCIES
from asyncshim.migrate.reports.model import RunMode

if TYPE_CHECKING:
    from asyncshim.migrate.reports.model import Report
    from asyncshim.migrate.reports.tally import Tally
    from asyncshim_codemods.results import FileResult, Finding

Shown = Callable[[str], str]

# Findings that say the same are listed one by one up to this number.
_REPEATED = 3


def render(report: Report) -> str:
    """Return all findings, the table and the failures as plain text."""
    verb = "changed" if report.mode is RunMode.WRITTEN else "would change"
    lines = [
        f"{_finding(result, finding, safe_text.name)} ({report.state(finding)})"
        for result in report.results
        for finding in sorted(result.findings)
    ]
    if report.tally.rows:
        names = {code: rule.name for code, rule in report.rules.items()}
        lines += ["", *table(report.tally, names, verb), ""]
    lines.append(f"{count(report.tally.changed, 'file')} {verb}, {count(report.files, 'file')} checked.")
    lines += [f"error: {line}" for line in errors(report.results, safe_text.name)]
    return "".join(f"{line}\n" for line in lines)


def findings(results: Iterable[FileResult], shown: Shown, *, fixed: bool | None = None) -> Iterator[str]:
    """Yield ``path:line:col: CODE message``; ``fixed`` selects findings that were, or were not, rewritten."""
    shown = cache(shown)
    for result in results:
        for finding in sorted(result.findings):
            if fixed is None or finding.fixed is fixed:
                yield _finding(result, finding, shown)


def grouped_findings(results: Iterable[FileResult], shown: Shown, *, fixed: bool | None = None) -> Iterator[str]:
    """Yield the same lines, but only the first of many dependency findings that say the same."""
    shown = cache(shown)
    same: dict[tuple[str, str], list[tuple[FileResult, Finding]]] = {}
    for result in results:
        for number, finding in enumerate(sorted(result.findings)):
            if fixed is None or finding.fixed is fixed:
                is_dependency = finding.code.startswith(DEPENDENCIES)
                key = (finding.code, finding.message) if is_dependency else (result.path, str(number))
                same.setdefault(key, []).append((result, finding))
    for group in same.values():
        if len(group) <= _REPEATED:
            yield from (_finding(result, finding, shown) for result, finding in group)
            continue
        files = count(len({result.path for result, _ in group}), "file")
        yield f"{_finding(*group[0], shown)} ({len(group):,} times in {files}; -v lists all)"


def _finding(result: FileResult, finding: Finding, shown: Shown) -> str:
    place = f"{shown(result.path)}:{finding.line}:{finding.column}"
    return f"{place}: {finding.code} {safe_text.line(finding.message)}"


def errors(results: Iterable[FileResult], shown: Shown) -> Iterator[str]:
    """Yield one line for each failed file."""
    for result in results:
        if result.error is not None:
            place = f"{shown(result.path)}:{result.error_line}" if result.error_line else shown(result.path)
            yield f"{place}: {safe_text.line(result.error)}"


def table(tally: Tally, names: Mapping[str, str], changed: str) -> Iterator[str]:
    """Yield the table of rules, by name: rewritten uses, unsafe uses, and uses for manual review."""
    rows = [(row.code, names.get(row.code, ""), *map(str, (row.fixed, row.unsafe, row.manual))) for row in tally.rows]
    if len(rows) > 1:
        rows.append(("", "all rules", *map(str, (tally.fixed, tally.unsafe, tally.manual))))
    yield from grid([("rule", "", changed, "unsafe", "manual review"), *rows], "<<>>>")


def remaining(tally: Tally) -> str:
    """Return ``2 uses remain (1 unsafe, 1 manual review)``."""
    parts = ((tally.unsafe, "unsafe"), (tally.manual, "manual review"))
    detail = ", ".join(f"{number:,} {what}" for number, what in parts if number)
    return count(tally.remaining, "use remains", "uses remain") + (f" ({detail})" if detail else "")


def grid(rows: Sequence[Sequence[str]], align: str) -> Iterator[str]:
    """Yield rows as aligned columns; ``align`` has ``<`` or ``>`` for each column."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(align))]
    for row in rows:
        cells = (f"{cell:{side}{width}}" for cell, side, width in zip(row, align, widths, strict=True))
        yield ("  " + "  ".join(cells)).rstrip()


def count(number: int, one: str, many: str | None = None) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
