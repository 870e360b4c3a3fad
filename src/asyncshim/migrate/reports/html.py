"""The report as one HTML page without network access: numbers, progress by folder, filters, side-by-side diffs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from asyncshim.migrate import safe_text
from asyncshim.migrate.reports.model import RunMode
from asyncshim.migrate.reports.side_by_side import TooManyLinesError, hunks
from asyncshim.migrate.reports.text import count

if TYPE_CHECKING:
    from asyncshim.migrate.reports.model import Report
    from asyncshim_codemods.results import FileResult, Finding

_SAFETIES = {"safe": "safe", "unsafe": "unsafe", "manual": "manual review"}


def render(report: Report) -> str:
    """Return the page."""
    page = resources.files("asyncshim.migrate.reports") / "page"
    template = (page / "page.html").read_text("utf-8")
    parts = {
        "style": (page / "page.css").read_text("utf-8"),
        "script": (page / "page.js").read_text("utf-8"),
        "version": safe_text.html(report.version),
        "summary": "".join(_summary(report)),
        "done": "changed" if report.mode is RunMode.WRITTEN else "would change",
        "rules": "".join(_rules(report)),
        "folders": "".join(_folders(report)),
        "chips": "".join(_chips(report)),
        "filters": "".join(_filters(report)),
        "files": "".join(_file(report, result) for result in report.results),
    }
    # In one pass: what is put in may look like a place to fill itself.
    return re.sub(r"\{\{ (\w+) \}\}", lambda place: parts[place[1]], template)


def _summary(report: Report) -> Iterator[str]:
    numbers = report.tally
    verb, uses = ("changed", "rewritten") if report.mode is RunMode.WRITTEN else ("would change", "can be rewritten")
    facts = [
        (numbers.changed, f"{'file' if numbers.changed == 1 else 'files'} {verb}", "changed"),
        (numbers.fixed, f"{'use' if numbers.fixed == 1 else 'uses'} {uses}", "changed"),
        (numbers.unsafe, f"unsafe {'use' if numbers.unsafe == 1 else 'uses'}", "remaining"),
        (numbers.manual, "manual review", "remaining"),
        (numbers.failed, f"{'file' if numbers.failed == 1 else 'files'} failed", "failed"),
        (report.files, f"{'file' if report.files == 1 else 'files'} checked", ""),
    ]
    for number, words, kind in facts:
        if number or kind != "failed":
            yield f'<div class="fact {kind if number else ""}"><dt>{words}</dt><dd>{number:,}</dd></div>'


def _rules(report: Report) -> Iterator[str]:
    for row in report.tally.rows:
        info = report.rules.get(row.code)
        title = _prose(info.summary) if info else ""
        yield (
            f'<tr><th scope="row">{row.code}</th><td>{safe_text.html(report.name(row.code))}<small>{title}</small></td>'
            f"<td>{row.fixed:,}</td><td>{row.unsafe:,}</td><td>{row.manual:,}</td></tr>"
        )


@dataclass(slots=True)
class _Folder:
    files: int = 0
    done: int = 0
    remaining: int = 0


def _folders(report: Report) -> Iterator[str]:
    folders: dict[str, _Folder] = {}
    for result in report.results:
        folder = folders.setdefault(_folder_of(result), _Folder())
        folder.files += 1
        folder.done += sum(finding.fixed for finding in result.findings)
        folder.remaining += sum(not finding.fixed for finding in result.findings)
    widest = max((folder.done + folder.remaining for folder in folders.values()), default=0) or 1
    for name, folder in sorted(folders.items()):
        done, remaining = (f"{100 * part / widest:.2f}%" for part in (folder.done, folder.remaining))
        yield (
            f'<tr><th scope="row">{safe_text.html(name)}</th><td>{folder.files:,}</td><td>{folder.done:,}</td>'
            f'<td>{folder.remaining:,}</td><td class="bar" aria-hidden="true"><i style="width:{done}"></i>'
            f'<b style="width:{remaining}"></b></td></tr>'
        )


def _chips(report: Report) -> Iterator[str]:
    for row in report.tally.rows:
        name = safe_text.html(report.name(row.code))
        yield (
            f'<button type="button" class="chip" data-filter="code" data-value="{row.code}" aria-pressed="false" '
            f'title="{name}">{row.code} <span>{row.fixed + row.remaining:,}</span></button>'
        )


def _filters(report: Report) -> Iterator[str]:
    yield '<fieldset><legend>Safety</legend><div class="chips">'
    used = {finding.safety.value for result in report.results for finding in result.findings}
    for value, words in _SAFETIES.items():
        if value in used:
            yield (
                f'<button type="button" class="chip" data-filter="safety" data-value="{value}" aria-pressed="false">'
                f"{words}</button>"
            )
    yield "</div></fieldset>"
    yield '<label>Folder <select id="folder"><option value="">all folders</option>'
    for folder in sorted({_folder_of(result) for result in report.results}):
        yield f"<option>{safe_text.html(folder)}</option>"
    yield "</select></label>"


def _file(report: Report, result: FileResult) -> str:
    findings = sorted(result.findings)
    codes = " ".join(sorted({finding.code for finding in findings}))
    state = "failed" if result.error is not None else "changed" if result.changed else "unchanged"
    fixed = sum(finding.fixed for finding in findings)
    note = ", ".join(
        words
        for words in (
            f"{fixed} {'changed' if report.mode is RunMode.WRITTEN else 'would change'}" if fixed else "",
            count(len(findings) - fixed, "use remains", "uses remain") if len(findings) > fixed else "",
            "failed" if result.error is not None else "",
        )
        if words
    )
    error = f'<p class="error">{_line(result.error_line)}{safe_text.html(result.error)}</p>' if result.error else ""
    path, folder = safe_text.html(result.path), safe_text.html(_folder_of(result))
    return (
        f'<details class="file {state}" open data-path="{path}" data-folder="{folder}" data-codes="{codes}">'
        f"<summary><h3>{path}</h3><span>{note}</span></summary>"
        f'{error}<ul class="findings">{"".join(_finding(report, one) for one in findings)}</ul>'
        f"{''.join(_diff(result, findings))}</details>"
    )


def _finding(report: Report, finding: Finding) -> str:
    kind = "done" if finding.fixed else "open"
    return (
        f'<li data-code="{finding.code}" data-safety="{finding.safety.value}" class="{kind}">'
        f"{_line(finding.line)}<b>{finding.code}</b> {_prose(finding.message)} "
        f"<em>{report.state(finding)}</em></li>"
    )


def _prose(text: str) -> str:
    """Return a sentence as HTML; text in backticks becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", safe_text.html(text))


def _line(line: int | None) -> str:
    return f'<span class="line">line {line}</span> ' if line else ""


def _diff(result: FileResult, findings: list[Finding]) -> Iterator[str]:
    if not result.changed:
        return
    fixed = [one for one in findings if one.fixed]
    try:
        found = list(hunks(result.path, result.old, result.new))
    except TooManyLinesError as error:
        yield f'<p class="omitted">diff omitted: {error.args[0]:,} lines change; `--dry-run` prints them</p>'
        return
    for hunk in found:
        codes = {one.code for one in fixed if hunk.first <= one.line <= hunk.last}
        yield (
            f'<table class="diff" data-codes="{" ".join(sorted(codes))}"><caption>{safe_text.html(result.path)}, '
            f'lines {hunk.first} to {hunk.last}</caption><colgroup><col class="n"><col><col class="n"><col></colgroup>'
            f"<tbody>{hunk.rows}</tbody></table>"
        )


def _folder_of(result: FileResult) -> str:
    return posixpath.dirname(result.path) or "."
