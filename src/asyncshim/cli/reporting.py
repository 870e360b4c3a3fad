"""The option ``--report``: parse it and write the reports."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from asyncshim.cli.arguments import Group
    from asyncshim.cli.screen import Screen
    from asyncshim.cli.session import Session
    from asyncshim.migrate.reports.formats import Wanted
    from asyncshim.migrate.reports.model import RunMode
    from asyncshim.migrate.write.apply import Refusal
    from asyncshim_codemods.results import FileResult


# The source of larger files is not shown.
_MOST = 2 * 2**20


def add_reports(parser: Group) -> None:
    """Add the option."""
    parser.add_argument(
        "--report",
        action="append",
        metavar="FORMAT[=FILE]",
        default=[],
        help="text, json, markdown, github, sarif or html; to stdout without a file (repeatable)",
    )


def wanted_reports(arguments: argparse.Namespace, *, stdout_is_taken: bool = False) -> list[Wanted]:
    """Parse the option; only one report or diff can go to stdout."""
    if not arguments.report:
        return []
    from asyncshim.migrate.reports import formats

    wanted = [formats.parse(value) for value in arguments.report]
    to_stdout = [one for one in wanted if one.file is None]
    if len(to_stdout) + stdout_is_taken > 1:
        other = "the diff" if stdout_is_taken else f"the report {to_stdout[1].format!r}"
        raise UsageError(f"--report {to_stdout[0].format}: stdout has {other}; give a file, as in FORMAT=FILE")
    for number, one in enumerate(wanted):
        if one.file is not None:
            if any(other.file == one.file for other in wanted[:number]):
                raise UsageError(f"--report: two reports cannot have the same file {one.file}")
            _require_writable(one.file)
    return wanted


def _require_writable(file: Path) -> None:
    """Raise before any file is changed, because a report that cannot be written would be missed afterwards."""
    reason = None
    if file.is_dir():
        reason = "it is a folder"
    elif not file.parent.is_dir():
        reason = f"there is no folder {file.parent}"
    elif not os.access(file if file.exists() else file.parent, os.W_OK):
        reason = "permission denied"
    if reason is not None:
        raise UsageError(f"--report: {file} cannot be written: {reason}; no file was changed")


def show_code(wanted: Iterable[Wanted]) -> bool:
    """Return whether a report shows the code of files, not only the findings."""
    return any(one.format == "html" for one in wanted)


def write_reports(
    wanted: Sequence[Wanted], session: Session, mode: RunMode, results: Sequence[FileResult], files: int, screen: Screen
) -> None:
    """Render every report and write it to stdout or to its file."""
    if not wanted:
        return
    from datetime import UTC, datetime
    from importlib.metadata import metadata

    from asyncshim.migrate.reports.model import Report

    if show_code(wanted):
        results = [_with_source(session, result) for result in results]
    named = tuple(replace(result, path=session.project.in_diff(result.path)) for result in results)
    package = metadata("asyncshim")
    addresses = dict(url.split(", ", 1) for url in package.get_all("Project-URL") or ())
    documentation = addresses.get("Documentation", "")
    report = Report(
        version=package["Version"],
        mode=mode,
        results=named,
        rules=session.rules.rules(),
        files=files,
        documentation=documentation,
        project=session.project.diff_base.name,
        command=session.command,
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    )
    for one in wanted:
        if one.file is None:
            screen.data([one.render(report)])
        else:
            one.file.write_bytes(one.render(report))
            screen.say(f"Wrote {one.file}")


def _with_source(session: Session, result: FileResult) -> FileResult:
    """Return the result with the bytes of its file. Those of a file that does not change are not kept during a run."""
    from asyncshim.migrate.read import files

    if result.changed or result.old:
        return result
    try:
        data = files.read(session.project.root / result.path, most=_MOST).data
    except OSError:
        return result
    return replace(result, old=data, new=data)


def with_refusals(results: Sequence[FileResult], refused: Iterable[Refusal]) -> tuple[FileResult, ...]:
    """Return the results, with files that could not be written marked as unchanged with an error."""
    reasons = {refusal.path: refusal.reason for refusal in refused}
    return tuple(_refused(result, reasons[result.path]) if result.path in reasons else result for result in results)


def _refused(result: FileResult, reason: str) -> FileResult:
    findings = tuple(replace(finding, fixed=False) for finding in result.findings)
    return replace(result, new=result.old, findings=findings, error=reason)
