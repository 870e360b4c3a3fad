"""``python -m asyncshim migrate``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, proving, session, stdin, summary
from asyncshim.cli.arguments import add_command, add_paths, add_selection, add_unsafe
from asyncshim.cli.reporting import add_reports, show_code, wanted_reports, with_refusals, write_reports
from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen
    from asyncshim.cli.session import Session
    from asyncshim.migrate.plan.outcome import Outcome
    from asyncshim.migrate.write.apply import Refusal

_DESCRIPTION = """\
Rewrite tests for pytest-asyncio into plain async tests, and update the project's
configuration and dependencies. Safe rewrites keep node ids and outcomes and are applied
by default. Unsafe rewrites may change behaviour and need --unsafe. All other uses are
listed for manual review.

Each file is replaced as a whole or not at all, and `python -m asyncshim undo` reverts
all changes. No code of the project is imported or run, except by --verify.
"""
_EPILOG = """\
examples:
  python -m asyncshim migrate --dry-run              show a diff
  python -m asyncshim migrate --dry-run | git apply  apply that diff with git
  python -m asyncshim migrate --verify=run tests/api
                                          only edits that change no outcome
  python -m asyncshim migrate --report html=report.html
  python -m asyncshim migrate - --stdin-filename tests/test_a.py < test.py

exit codes: 0 no uses remain, 1 uses remain, 2 an invalid file or argument
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "migrate", "rewrite tests, configuration and dependencies", _DESCRIPTION, run)
    parser.epilog = _EPILOG
    add_paths(parser)
    stdin.add_argument(parser)
    how = parser.add_argument_group("mode")
    how.add_argument(
        "--dry-run", "--diff", action="store_true", dest="dry_run", help="write no file, print a diff for `git apply`"
    )
    how.add_argument("--check", action="store_true", help="write no file, exit 1 if a file would change")
    add_unsafe(how)
    how.add_argument("--allow-dirty", action="store_true", help="also change files with uncommitted changes")
    add_selection(parser)
    proving.add_arguments(parser)
    add_reports(parser.add_argument_group("reports"))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Rewrite the files, or show what would change."""
    if arguments.dry_run and arguments.check:
        raise UsageError("--dry-run and --check exclude each other: the first shows a diff, the second only counts")
    if arguments.paths == ["-"]:
        return stdin.migrate(arguments, screen)
    proving.check_arguments(arguments)
    reports = wanted_reports(arguments, stdout_is_taken=arguments.dry_run)
    writing = not (arguments.dry_run or arguments.check)
    _settle(arguments, screen, writing=writing)
    opened = session.open_session(arguments, screen)
    outcome = proving.proven(opened, arguments, screen) if arguments.verify else opened.run()
    refused = _write(opened, outcome, screen, allow_dirty=arguments.allow_dirty) if writing else ()
    results = with_refusals(outcome.whole_results if show_code(reports) else outcome.results, refused)
    if arguments.dry_run:
        _show_diff(opened, outcome, screen)
    told = summary.Told(
        session=opened,
        results=results,
        files=outcome.files,
        writing=writing,
        findings_on_stdout=not arguments.dry_run and all(report.file is not None for report in reports),
        arguments=arguments,
    )
    summary.tell(told, outcome, screen)
    write_reports(reports, opened, told.mode, results, outcome.files, screen)
    summary.tell_failures(told, screen)
    return _exit_code(told, arguments)


def _settle(arguments: argparse.Namespace, screen: Screen, *, writing: bool) -> None:
    """Finish a run that was killed before any file is read; with a dry run or a check, only warn about it."""
    from asyncshim.migrate import safe_text
    from asyncshim.migrate.reports.text import count
    from asyncshim.migrate.write import journal, lock, recover

    found, _ = session.find(arguments.paths)
    store = journal.store_of(found)
    if store.unfinished() is None:
        return
    if not writing:
        screen.prose(
            "warning: An earlier run was interrupted: `migrate` finishes it first, `undo` reverts it", always=True
        )
        return
    with lock.exclusive(store.folder):
        recovery = recover.settle(store)
    if recovery is not None:
        screen.say(f"An earlier run was interrupted; it is {recovery.how} now ({count(len(recovery.paths), 'file')}).")
        for path in recovery.edited:
            screen.error(f"warning: {safe_text.line(path)} was edited after that run and is not changed")


def _write(opened: Session, outcome: Outcome, screen: Screen, *, allow_dirty: bool) -> tuple[Refusal, ...]:
    from asyncshim.migrate.read import guard
    from asyncshim.migrate.write import apply, journal, lock

    edits = outcome.plan()
    if not edits.edits:
        return ()
    if not allow_dirty:
        guard.check_committed(opened.project, edits.paths)
    if opened.project.note:
        screen.say(f"Note: {opened.project.note}, so uncommitted changes cannot be detected; `undo` still works.")
    store = journal.store_of(opened.project)
    store.create()
    with lock.exclusive(store.folder):
        applied = apply.apply(edits, store, opened.project.root)
    for path in applied.split:
        screen.say(f"Note: {opened.project.shown(path)} has other hard links: they keep the old bytes.")
    return applied.refused


def _show_diff(opened: Session, outcome: Outcome, screen: Screen) -> None:
    from asyncshim.migrate.reports import diff

    for visited in outcome.visited:
        result = visited.whole
        screen.diff(diff.unified(opened.project.in_diff(result.path), result.old, result.new))


def _exit_code(told: summary.Told, arguments: argparse.Namespace) -> int:
    numbers = told.tally
    if numbers.failed:
        return exit_codes.FAILED
    if arguments.dry_run:
        return exit_codes.DONE
    return exit_codes.REMAINING if numbers.remaining or (arguments.check and numbers.changed) else exit_codes.DONE
