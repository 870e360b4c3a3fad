"""``python -m asyncshim check``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, session
from asyncshim.cli.arguments import add_cache, add_command, add_paths, add_selection
from asyncshim.cli.reporting import add_reports, show_code, wanted_reports, write_reports
from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen
    from asyncshim.cli.session import Session
    from asyncshim.migrate.baseline import Compared
    from asyncshim.migrate.plan.outcome import Outcome
    from asyncshim_codemods.results import FileResult

_DESCRIPTION = """\
List every use of pytest-asyncio, one line each. No file is changed. The exit code
is 1 if a use is found: for CI and pre-commit.

For a large suite, `--baseline FILE --update-baseline` accepts the current uses.
After that, `--baseline FILE` fails only for new uses.
"""
_EPILOG = """\
examples:
  python -m asyncshim check                            every use, one line each
  python -m asyncshim check --report github            for GitHub Actions
  python -m asyncshim check --report sarif=uses.sarif  for code scanning
  python -m asyncshim check --select ASH3 tests/api    only event loops there

exit codes: 0 no use found, 1 uses found, 2 an invalid file or argument
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "check", "list uses of pytest-asyncio; exit 1 if there are any", _DESCRIPTION, run)
    parser.epilog = _EPILOG
    add_paths(parser)
    accepted = parser.add_argument_group("accepted uses")
    accepted.add_argument("--baseline", metavar="FILE", help="fail only for uses that are not in this file")
    accepted.add_argument("--update-baseline", action="store_true", help="write all uses found now into that file")
    add_selection(parser)
    add_reports(parser.add_argument_group("reports"))
    add_cache(parser)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Report every finding, including those that `migrate` does not rewrite."""
    from asyncshim.migrate.reports import text
    from asyncshim.migrate.reports.model import RunMode
    from asyncshim.migrate.reports.tally import tally

    reports = wanted_reports(arguments)
    opened = session.open_session(arguments, screen)
    outcome = opened.run() if show_code(reports) else opened.recall()
    results = outcome.whole_results if show_code(reports) else outcome.results
    compared = None
    if baseline := _baseline(arguments, opened):
        if arguments.update_baseline:
            return _accept(baseline, opened, results, screen)
        results, compared = _only_new(baseline, opened, results)
    if all(report.file is not None for report in reports):
        listed = text.findings if screen.verbosity > 0 else text.grouped_findings
        screen.locations(listed(results, opened.project.shown))
    numbers = tally(results)
    _sum_up(numbers.fixed + numbers.remaining, numbers.fixed, outcome.files, compared, screen)
    write_reports(reports, opened, RunMode.PREVIEW, results, outcome.files, screen)
    for visited in outcome.visited:
        if visited.details:
            screen.detail(visited.details)
    for line in text.errors(results, opened.project.shown):
        screen.error(f"error: {line}")
    is_incomplete = _tell_outside(outcome, opened, screen) and compared is None and not opened.project.explicit
    if numbers.failed:
        return exit_codes.FAILED
    return exit_codes.REMAINING if numbers.rows or is_incomplete else exit_codes.DONE


def _tell_outside(outcome: Outcome, opened: Session, screen: Screen) -> bool:
    """Name uses outside the paths; without paths and a baseline, they count, because the whole project was meant."""
    from asyncshim.cli.outside import outside_the_paths

    outside = outside_the_paths(outcome, opened, "check")
    if outside:
        screen.error(f"warning: {outside} lists them")
    return bool(outside)


def _baseline(arguments: argparse.Namespace, opened: Session) -> Path | None:
    if arguments.baseline:
        return Path(arguments.baseline)
    if opened.settings.baseline and opened.settings.file:
        return opened.project.own(opened.settings.file, "baseline", opened.settings.baseline)
    if arguments.update_baseline:
        raise UsageError("--update-baseline: give the file with --baseline FILE, or in [tool.asyncshim]")
    return None


def _accept(file: Path, opened: Session, results: tuple[FileResult, ...], screen: Screen) -> int:
    from asyncshim.migrate.baseline import Baseline
    from asyncshim.migrate.reports.text import count, errors

    Baseline.of(opened.project.root, results).save(file)
    found = sum(len(result.findings) for result in results)
    screen.say(f"{count(found, 'use')} accepted in {file}.")
    failures = list(errors(results, opened.project.shown))
    for line in failures:
        screen.error(f"error: {line}")
    return exit_codes.FAILED if failures else exit_codes.DONE


def _only_new(file: Path, opened: Session, results: tuple[FileResult, ...]) -> tuple[tuple[FileResult, ...], Compared]:
    from asyncshim.migrate.baseline import Baseline

    compared = Baseline.load(file).compare(opened.project.root, results)
    new = {id(finding) for _, finding in compared.new}
    kept = (replace(one, findings=tuple(f for f in one.findings if id(f) in new)) for one in results)
    return tuple(one for one in kept if one.findings or one.error is not None), compared


def _sum_up(found: int, fixed: int, files: int, compared: Compared | None, screen: Screen) -> None:
    from asyncshim.migrate.reports.text import count

    checked = count(files, "file")
    new = "new " if compared else ""
    if found:
        uses = count(found, f"{new}use")
        screen.say(f"{uses} found in {checked}; `python -m asyncshim migrate` rewrites {fixed}.")
    else:
        screen.say(f"No {new}uses found in {checked}.")
    if compared and compared.accepted:
        screen.say(f"{count(compared.accepted, 'use is', 'uses are')} accepted by the baseline.")
    if compared and compared.gone:
        gone = count(compared.gone, "accepted use no longer exists", "accepted uses no longer exist")
        screen.say(f"{gone}; --update-baseline removes them from the baseline.")
