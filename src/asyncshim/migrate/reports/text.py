"""The report for a terminal: a line a finding, a table, plain sentences. Colour is added, never relied on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from asyncshim.migrate import safe_text
from asyncshim.migrate.reports.model import Mode

if TYPE_CHECKING:
    from asyncshim.migrate.reports.model import Report
    from asyncshim.migrate.reports.tally import Tally
    from asyncshim_codemods.api import RuleInfo
    from asyncshim_codemods.results import FileResult, Finding

Shown = Callable[[str], str]


def render(report: Report) -> str:
    """Return everything that was found, the table, and what failed, in plain text."""
    verb = "changed" if report.mode is Mode.WRITTEN else "would change"
    lines = [
        f"{_finding(result, finding, safe_text.name)} ({report.state(finding)})"
        for result in report.results
        for finding in sorted(result.findings)
    ]
    if report.tally.rows:
        lines += ["", *table(report.tally, report.rules, verb), ""]
    lines.append(f"{count(report.tally.changed, 'file')} {verb}, {count(report.files, 'file')} looked at.")
    lines += [f"error: {line}" for line in errors(report.results, safe_text.name)]
    return "".join(f"{line}\n" for line in lines)


def findings(results: Iterable[FileResult], shown: Shown, *, fixed: bool | None = None) -> Iterator[str]:
    """Yield ``path:line:col: CODE message``; ``fixed`` keeps only findings that were, or were not, rewritten."""
    for result in results:
        for finding in sorted(result.findings):
            if fixed is None or finding.fixed is fixed:
                yield _finding(result, finding, shown)


def _finding(result: FileResult, finding: Finding, shown: Shown) -> str:
    place = f"{shown(result.path)}:{finding.line}:{finding.column}"
    return f"{place}: {finding.code} {safe_text.line(finding.message)}"


def errors(results: Iterable[FileResult], shown: Shown) -> Iterator[str]:
    """Yield one line for each file that could not be done."""
    for result in results:
        if result.error is not None:
            place = f"{shown(result.path)}:{result.error_line}" if result.error_line else shown(result.path)
            yield f"{place}: {safe_text.line(result.error)}"


def table(tally: Tally, rules: Mapping[str, RuleInfo], changed: str) -> Iterator[str]:
    """Yield the table rule x changed x left for you."""
    rows = [(row.code, rules[row.code].name if row.code in rules else "", row.fixed, row.left) for row in tally.rows]
    cells = [(code, name, str(fixed), str(left)) for code, name, fixed, left in rows]
    if len(cells) > 1:
        cells.append(("", "all rules", str(tally.fixed), str(tally.left)))
    yield from grid([("rule", "", changed, "left for you"), *cells], "<<>>")


def grid(rows: Sequence[Sequence[str]], align: str) -> Iterator[str]:
    """Yield rows as aligned columns; ``align`` has one of ``<>`` for each."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(align))]
    for row in rows:
        cells = (f"{cell:{side}{width}}" for cell, side, width in zip(row, align, widths, strict=True))
        yield ("  " + "  ".join(cells)).rstrip()


def count(number: int, one: str, many: str | None = None) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
