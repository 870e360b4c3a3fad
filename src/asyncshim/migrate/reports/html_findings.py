"""The findings of a file as HTML: identical ones once, with all their lines, and the source of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asyncshim.migrate import safe_text
from asyncshim.migrate.reports.side_by_side import decoded
from asyncshim.migrate.reports.text import count

if TYPE_CHECKING:
    from asyncshim.migrate.reports.model import Report
    from asyncshim_codemods.results import FileResult, Finding

# More source lines of one finding are not shown: they say the same.
_SHOWN = 5
# Longer lines are cut.
_LONG = 300
_LISTED = 50


@dataclass(slots=True)
class _Same:
    """Findings that say the same about one file."""

    first: Finding
    lines: list[int] = field(default_factory=list[int])


def findings(report: Report, result: FileResult, shown: Sequence[range]) -> Iterator[str]:
    """Yield one list item for identical findings, with the source of lines that are not in ``shown``: the diff."""
    groups: dict[tuple[str, str, bool], _Same] = {}
    for each in sorted(result.findings):
        groups.setdefault((each.code, each.message, each.fixed), _Same(each)).lines.append(each.line)
    source: list[str] | None = None
    for same in groups.values():
        one = same.first
        lines = [line for line in dict.fromkeys(same.lines) if not any(line in each for each in shown)]
        if lines and result.old and source is None:
            source = decoded(result.old).split("\n")
        yield (
            f'<li data-code="{one.code}" data-safety="{one.safety.value}" class="{"done" if one.fixed else "open"}">'
            f'<span class="line">{_places(same.lines)}</span> {code_link(report, one.code)} {prose(one.message)} '
            f"<em>{report.state(one)}</em>{''.join(_source(source or [], lines))}</li>"
        )


def error(result: FileResult) -> str:
    """Return the error of a file with its source line."""
    if result.error is None:
        return ""
    line = f'<span class="line">line {result.error_line}</span> ' if result.error_line else ""
    source = decoded(result.old).split("\n") if result.old and result.error_line else []
    shown = "".join(_source(source, [result.error_line or 0]))
    return f'<div class="error">{line}{safe_text.html(result.error)}{shown}</div>'


def remaining(report: Report) -> Iterator[str]:
    """Yield a table row for each message that remains, the most frequent first."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for result in report.results:
        for each in result.findings:
            if not each.fixed:
                groups.setdefault((each.code, each.message, report.state(each)), []).append(result.path)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    for (code, message, state), paths in ordered[:_LISTED]:
        yield (
            f'<tr><th scope="row">{code_link(report, code)}</th><td>{prose(message)} <em>{state}</em></td>'
            f"<td>{len(paths):,}</td><td>{len(set(paths)):,}</td></tr>"
        )
    if len(ordered) > _LISTED:
        rest = count(len(ordered) - _LISTED, "other message")
        yield f'<tr><td colspan="4">and {rest}, listed with the files</td></tr>'


def prose(text: str) -> str:
    """Return a sentence as HTML; text in backticks becomes code."""
    return re.sub(r"(`+)([^`]+)\1", r"<code>\2</code>", safe_text.html(text))


def code_link(report: Report, code: str) -> str:
    """Return the code of a rule, linked to its explanation on this page."""
    return f'<a class="code" href="#rule-{code}">{code}</a>' if code in report.rules else f"<b>{code}</b>"


def _places(lines: Sequence[int]) -> str:
    numbers = ", ".join(f"{line}" for line in dict.fromkeys(lines))
    return f"{'line' if len(set(lines)) == 1 else 'lines'} {numbers}"


def _source(source: Sequence[str], lines: Sequence[int]) -> Iterator[str]:
    found = [(line, source[line - 1].rstrip("\r")) for line in lines if 0 < line <= len(source)]
    if not found:
        return
    yield '<pre class="source">'
    for line, text in found[:_SHOWN]:
        cut = text if len(text) <= _LONG else text[:_LONG] + "..."
        yield f"<i>{line}</i>{safe_text.html_source(cut)}\n"
    if len(found) > _SHOWN:
        yield f"<i></i>and {count(len(found) - _SHOWN, 'more line')}\n"
    yield "</pre>"
