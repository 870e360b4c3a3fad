"""``python -m asyncshim status``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from asyncshim.cli import exit_codes, session
from asyncshim.cli.arguments import add_cache, add_command, add_paths, add_selection
from asyncshim.cli.fitting import columns_of, fitted
from asyncshim.cli.outside import outside_the_paths, uses_outside
from asyncshim.migrate import safe_text
from asyncshim.migrate.reports.text import count, errors, grid

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen
    from asyncshim.cli.session import Session
    from asyncshim.migrate.status import FolderStatus, Status

_DESCRIPTION = """\
Show how much of a suite is migrated: plain async tests and remaining uses of
pytest-asyncio, by folder and by rule, and what needs manual review. No file is changed.
"""
_BLOCKERS = 10
_BAR = 10
_BAR_COLUMN = 3
_NARROWEST = 12


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "status", "show how much of a suite is migrated", _DESCRIPTION, run)
    add_paths(parser)
    parser.add_argument("--baseline", metavar="FILE", help="count the findings of test runs in this file, too")
    add_selection(parser)
    reports = parser.add_argument_group("reports")
    reports.add_argument(
        "--report", choices=("text", "json"), default="text", help="the same numbers as text (default) or JSON"
    )
    reports.add_argument("--json", action="store_const", const="json", dest="report", help="the same as --report json")
    add_cache(parser)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Count and print; only files that cannot be read or parsed are failures."""
    from asyncshim.migrate.status import status

    opened = session.open_session(arguments, screen)
    outcome, counts = opened.recall_with_counts()
    found = status(opened.discovery, outcome, counts)
    runtime = _runtime(arguments, opened)
    if arguments.report == "json":
        files = {result.path: len(result.findings) for result in outcome.outside}
        outside = {"uses": uses_outside(outcome), "files": files}
        screen.out(json.dumps({**_as_json(found), "outside": outside, "runtime": runtime}, indent=2))
    else:
        width = columns_of(sys.stdout)
        for line in _lines(found, opened.rules.names(), outside_the_paths(outcome, opened, "status"), width):
            screen.out(line)
        if runtime is not None:
            screen.out(fitted(_shown(runtime), width if sys.stdout.isatty() else None))
    for line in errors(found.failed, opened.project.shown):
        screen.error(f"error: {line}")
    return exit_codes.FAILED if found.failed else exit_codes.DONE


def _runtime(arguments: argparse.Namespace, opened: Session) -> dict[str, object] | None:
    """Return the numbers of findings that test runs have written into the baseline; ``None`` if there are none."""
    from asyncshim.migrate.runtime_findings import file_of, numbers

    file = file_of(arguments.baseline, opened.settings, opened.project)
    return None if file is None else numbers(file, must_exist=bool(arguments.baseline))


def _shown(runtime: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in runtime["kinds"].items())
    rules = ", ".join(f"{number:,} x {code}" for code, number in runtime["rules"].items())
    shown = safe_text.line(f"{kinds or 'none'}{f' ({rules})' if rules else ''}")
    return f"\nAccepted findings of test runs: {shown}."


def _as_json(found: Status) -> dict[str, object]:
    return {
        "version": 1,
        "total": {**dataclasses.asdict(found.total), "percent": found.total.percent},
        "folders": {
            name: {**dataclasses.asdict(folder), "percent": folder.percent} for name, folder in found.folders.items()
        },
        "rules": {code: dataclasses.asdict(uses) for code, uses in found.rules.items()},
        "blockers": [dataclasses.asdict(blocker) for blocker in found.blockers],
        "failed": [{"path": one.path, "line": one.error_line, "error": one.error} for one in found.failed],
    }


def _lines(found: Status, names: Mapping[str, str], outside: str, width: int | None) -> Iterator[str]:
    total, uses = found.total, found.total.uses
    yield (
        f"{total.plain:,} of {count(total.async_tests, 'async test is', 'async tests are')} plain ({total.percent}%); "
        f"{count(uses.total, 'use')} of pytest-asyncio in {count(total.files, 'file')}."
    )
    if uses.total:
        need = count(uses.manual, "use needs", "uses need")
        yield f"`migrate` removes {uses.safe:,}, `migrate --unsafe` {uses.unsafe:,} more; {need} manual review."
    if outside:
        yield fitted(f"{outside} counts them.", width if sys.stdout.isatty() else None)
    if found.folders:
        heading = ("folder", "async tests", "plain", "", "uses", "safe", "unsafe", "manual review")
        rows = [_folder(name, folder) for name, folder in found.folders.items()]
        if len(rows) > 1:
            rows.append(_folder("all folders", total))
        yield ""
        yield from _folder_table([heading, *rows], width)
    if found.rules:
        rows_by_rule = [
            (f"{code} {names.get(code, '')}", *map(str, (u.total, u.safe, u.unsafe, u.manual)))
            for code, u in found.rules.items()
        ]
        yield ""
        yield from grid([("rule", "uses", "safe", "unsafe", "manual review"), *rows_by_rule], "<>>>>")
    for line in _manual_review(found):
        yield fitted(line, width if sys.stdout.isatty() else None)


def _folder_table(rows: list[tuple[str, ...]], width: int | None) -> Iterator[str]:
    """Yield the table of folders; if it is too wide, without the bars, and with the ends of long names."""
    align = "<>><>>>>"
    lines = [*grid(rows, align)]
    if width is not None and max(map(len, lines)) > width:
        rows = [(*row[:_BAR_COLUMN], *row[_BAR_COLUMN + 1 :]) for row in rows]
        align = align[:_BAR_COLUMN] + align[_BAR_COLUMN + 1 :]
        rest = max(map(len, grid([("", *row[1:]) for row in rows], align)))
        room = max(width - rest, _NARROWEST)
        rows = [(row[0] if len(row[0]) <= room else f"...{row[0][3 - room :]}", *row[1:]) for row in rows]
        lines = [*grid(rows, align)]
    yield from lines


def _folder(name: str, folder: FolderStatus) -> tuple[str, ...]:
    filled = _BAR * folder.plain // folder.async_tests if folder.async_tests else 0
    bar = "#" * filled + "." * (_BAR - filled) if folder.async_tests else ""
    plain = f"{folder.percent}%" if folder.async_tests else ""
    uses = folder.uses
    return (
        safe_text.name(name),
        str(folder.async_tests),
        plain,
        bar,
        *map(str, (uses.total, uses.safe, uses.unsafe, uses.manual)),
    )


def _manual_review(found: Status) -> Iterator[str]:
    if not found.blockers:
        return
    yield ""
    yield "Manual review:"
    for blocker in found.blockers[:_BLOCKERS]:
        first = f"{safe_text.line(blocker.path)}:{blocker.line}"
        yield f"  {blocker.count:,} x {blocker.code} {safe_text.line(blocker.message)} (first: {first})"
    if len(found.blockers) > _BLOCKERS:
        yield f"  and {len(found.blockers) - _BLOCKERS} other reasons; `python -m asyncshim check` lists every place"
