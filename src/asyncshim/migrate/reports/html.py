"""The report as one HTML page without network access: numbers, progress by folder, filters, side-by-side diffs."""

from __future__ import annotations

import inspect
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from asyncshim.migrate import safe_text
from asyncshim.migrate.reports import html_findings, packing
from asyncshim.migrate.reports.model import RunMode
from asyncshim.migrate.reports.side_by_side import TooManyLinesError, hunks
from asyncshim.migrate.reports.text import count

if TYPE_CHECKING:
    from asyncshim.migrate.reports.model import Report
    from asyncshim_codemods.results import FileResult

# The first for a report that has its findings and diffs in the page, the second for a large one.
_WITHOUT_SCRIPT = (
    "Without JavaScript there are no filters.",
    "Without JavaScript there are no filters, and this large report shows no findings and no diffs of single files.",
)
_SAFETIES = {"safe": "safe", "unsafe": "unsafe", "manual": "manual review"}


def render(report: Report) -> str:
    """Return the page."""
    page = resources.files("asyncshim.migrate.reports") / "page"
    template = (page / "page.html").read_text("utf-8")
    files, packed = _files(report)
    title = f"{report.project}: asyncshim report" if report.project else "asyncshim report"
    parts = {
        "title": safe_text.html(title),
        "origin": "".join(_origin(report)),
        "remaining": _remaining(report),
        "explanations": "".join(_explanations(report)),
        "packed": packed,
        "without_script": _WITHOUT_SCRIPT[bool(packed)],
        "style": (page / "page.css").read_text("utf-8"),
        "script": (page / "page.js").read_text("utf-8"),
        "summary": "".join(_summary(report)),
        "done": "changed" if report.mode is RunMode.WRITTEN else "would change",
        "rules": "".join(_rules(report)),
        "folders": "".join(_folders(report)),
        "chips": "".join(_chips(report)),
        "filters": "".join(_filters(report)),
        "files": files,
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
        title = html_findings.prose(info.summary) if info else ""
        yield (
            f'<tr><th scope="row">{html_findings.code_link(report, row.code)}</th>'
            f"<td>{safe_text.html(report.name(row.code))}<small>{title}</small></td><td>{row.fixed:,}</td><td>{row.unsafe:,}</td><td>{row.manual:,}</td></tr>"
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


def _files(report: Report) -> tuple[str, str]:
    """Return the files, and what is compressed of a report that is too large to have it as it is."""
    bodies = [_body(report, result) for result in report.results]
    large = packing.is_large(bodies)
    files = "".join(
        _file(report, result, None if large else body) for result, body in zip(report.results, bodies, strict=True)
    )
    return files, "".join(packing.packed(bodies)) if large else ""


def _body(report: Report, result: FileResult) -> str:
    """Return what is shown of a file when it is open: its error, its findings and its diff."""
    diff, shown = _drawn(result)
    listed = "".join(html_findings.findings(report, result, shown))
    return f'{html_findings.error(result)}<ul class="findings">{listed}</ul>{diff}'


def _file(report: Report, result: FileResult, body: str | None) -> str:
    """Return one file. ``body`` is ``None`` if the browser adds it when the file is opened."""
    findings = result.findings
    kinds = " ".join(sorted({f"{finding.code}:{finding.safety.value}" for finding in findings}))
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
    path, folder = safe_text.html(result.path), safe_text.html(_folder_of(result))
    return (
        f'<details class="file {state}"{"" if body is None else " open"} data-path="{path}" data-folder="{folder}" '
        f'data-kinds="{kinds}"><summary><h3>{path}</h3><span>{note}</span></summary>{body or ""}</details>\n'
    )


def _drawn(result: FileResult) -> tuple[str, list[range]]:
    """Return the diff of a file, and the ranges of old lines that it shows."""
    if not result.changed:
        return "", []
    try:
        found = list(hunks(result.path, result.old, result.new))
    except TooManyLinesError as error:
        return f'<p class="omitted">diff omitted: {error.args[0]:,} lines change; `--dry-run` prints them</p>', []
    tables: list[str] = []
    for hunk in found:
        codes = {one.code for one in result.findings if one.fixed and hunk.first <= one.line <= hunk.last}
        tables.append(
            f'<table class="diff" data-codes="{" ".join(sorted(codes))}"><caption>{safe_text.html(result.path)}, '
            f'lines {hunk.first} to {hunk.last}</caption><colgroup><col class="n"><col><col class="n"><col></colgroup>'
            f"<tbody>{hunk.rows}</tbody></table>"
        )
    return "".join(tables), [range(hunk.first, hunk.last + 1) for hunk in found]


def _explanations(report: Report) -> Iterator[str]:
    """Yield the explanation of each rule that found something."""
    address = report.documentation.rstrip("/") if report.documentation.startswith("https://") else ""
    for row in report.tally.rows:
        info = report.rules.get(row.code)
        if info is None:
            continue
        link = f"{safe_text.html(address)}/rules/{row.code.lower()}" if address else ""
        more = f'<p><a href="{link}" rel="noreferrer">{row.code} in the documentation</a></p>' if link else ""
        yield (
            f'<details class="rule" id="rule-{row.code}"><summary><b>{row.code}</b> {safe_text.html(info.name)}: '
            f"{html_findings.prose(info.summary)} <em>{_SAFETIES[info.safety.value]}</em></summary>"
            f"{''.join(_paragraphs(info.documentation))}{more}"
            f"<p>Command line: <code>asyncshim rule {row.code}</code></p></details>"
        )


def _paragraphs(text: str) -> Iterator[str]:
    for part in inspect.cleandoc(text).split("\n\n"):
        if part.lstrip().startswith("* "):
            items = re.split(r"(?:^|\n)\* ", part)[1:]
            yield f"<ul>{''.join(f'<li>{html_findings.prose(_joined(item))}</li>' for item in items)}</ul>"
        elif part.strip():
            yield f"<p>{html_findings.prose(_joined(part))}</p>"


def _joined(text: str) -> str:
    return " ".join(text.split())


def _origin(report: Report) -> Iterator[str]:
    for name, value in (("Project", report.project), ("Date", report.date), ("asyncshim", report.version)):
        if value:
            yield f"<div><dt>{name}</dt><dd>{safe_text.html(value)}</dd></div>"
    if report.command:
        yield f"<div><dt>Command</dt><dd><code>{safe_text.html(report.command)}</code></dd></div>"


def _remaining(report: Report) -> str:
    rows = "".join(html_findings.remaining(report))
    if not rows:
        return ""
    return (
        '<section><h2>What remains</h2><div class="scroll"><table class="numbers remaining-uses"><thead><tr>'
        '<th scope="col">rule</th><th scope="col">reason</th><th scope="col">uses</th><th scope="col">files</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _folder_of(result: FileResult) -> str:
    return posixpath.dirname(result.path) or "."
