"""The report for a pull request's description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asyncshim.migrate import safe_text
from asyncshim.migrate.reports.model import Mode
from asyncshim.migrate.reports.text import count

if TYPE_CHECKING:
    from asyncshim.migrate.reports.model import Report


def render(report: Report) -> str:
    """Return the report as GitHub's kind of Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    numbers = report.tally
    verb = "changed" if report.mode is Mode.WRITTEN else "would change"
    yield "## asyncshim migrate"
    yield ""
    left = count(numbers.left, "use is", "uses are")
    looked = count(report.files, "file")
    yield f"{count(numbers.changed, 'file')} {verb}, {looked} looked at, {left} left for a person."
    if numbers.rows:
        yield ""
        yield f"| rule | | {verb} | left |"
        yield "|---|---|--:|--:|"
        for row in numbers.rows:
            yield f"| {row.code} | {_cell(report.name(row.code))} | {row.fixed} | {row.left} |"
        yield f"| | **all rules** | **{numbers.fixed}** | **{numbers.left}** |"
    yield from _left(report)
    yield from _changed(report, verb)
    yield from _failed(report)


def _left(report: Report) -> Iterator[str]:
    left = [(result.path, f) for result in report.results for f in sorted(result.findings) if not f.fixed]
    if left:
        yield ""
        yield f"### Left for a person ({len(left)})"
        yield ""
        for path, finding in left:
            place = safe_text.markdown_code(f"{path}:{finding.line}")
            yield f"- [ ] {place} {finding.code}: {safe_text.markdown(finding.message)}"


def _changed(report: Report, verb: str) -> Iterator[str]:
    changed = [result.path for result in report.results if result.changed]
    if changed:
        yield ""
        yield f"<details><summary>{count(len(changed), 'file')} {verb}</summary>"
        yield ""
        yield from (f"- {safe_text.markdown_code(path)}" for path in changed)
        yield ""
        yield "</details>"


def _failed(report: Report) -> Iterator[str]:
    failed = [result for result in report.results if result.error is not None]
    if failed:
        yield ""
        yield f"### Not done ({len(failed)})"
        yield ""
        for result in failed:
            place = f"{result.path}:{result.error_line}" if result.error_line else result.path
            yield f"- {safe_text.markdown_code(place)} {safe_text.markdown(result.error or '')}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
