"""The report as Markdown, for the description of a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asyncshim.migrate import safe_text
from asyncshim.migrate.reports.model import RunMode
from asyncshim.migrate.reports.text import count, remaining
from asyncshim_codemods.results import Safety

if TYPE_CHECKING:
    from asyncshim.migrate.reports.model import Report


def render(report: Report) -> str:
    """Return the report as GitHub-flavoured Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    numbers = report.tally
    verb = "changed" if report.mode is RunMode.WRITTEN else "would change"
    yield "## asyncshim migrate"
    yield ""
    yield f"{count(numbers.changed, 'file')} {verb}, {remaining(numbers)}, {count(report.files, 'file')} checked."
    if numbers.rows:
        yield ""
        yield f"| rule | | {verb} | unsafe | manual review |"
        yield "|---|---|--:|--:|--:|"
        for row in numbers.rows:
            yield f"| {row.code} | {_cell(report.name(row.code))} | {row.fixed} | {row.unsafe} | {row.manual} |"
        yield f"| | **all rules** | **{numbers.fixed}** | **{numbers.unsafe}** | **{numbers.manual}** |"
    yield from _remaining(report, "Manual review", is_unsafe=False)
    yield from _remaining(report, "Unsafe", is_unsafe=True)
    yield from _changed(report, verb)
    yield from _failed(report)


def _remaining(report: Report, title: str, *, is_unsafe: bool) -> Iterator[str]:
    found = [
        (result.path, finding)
        for result in report.results
        for finding in sorted(result.findings)
        if not finding.fixed and (finding.safety is Safety.UNSAFE) is is_unsafe
    ]
    if found:
        yield ""
        yield f"### {title} ({len(found)})"
        yield ""
        for path, finding in found:
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
        yield f"### Failed ({len(failed)})"
        yield ""
        for result in failed:
            place = f"{result.path}:{result.error_line}" if result.error_line else result.path
            yield f"- {safe_text.markdown_code(place)} {safe_text.markdown(result.error or '')}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
