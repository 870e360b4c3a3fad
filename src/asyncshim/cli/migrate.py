"""``python -m asyncshim migrate``."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, session
from asyncshim.cli.arguments import add_command, add_paths, add_selection
from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen
    from asyncshim.cli.session import Session
    from asyncshim.migrate.apply import Applied
    from asyncshim.migrate.reports.tally import Tally

_DESCRIPTION = """\
Rewrite tests that were written for pytest-asyncio into plain async tests, and the
project's configuration and dependencies with them. Only rewrites that keep node ids
and outcomes are made, unless --unsafe is given; what is left is listed with its place.

Files are replaced all or none at a time, and `python -m asyncshim undo` puts them back.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "migrate", "rewrite tests, configuration and dependencies", _DESCRIPTION, run)
    add_paths(parser)
    how = parser.add_argument_group("what to do")
    how.add_argument(
        "--dry-run", "--diff", action="store_true", dest="dry_run", help="write nothing, show a diff for `git apply`"
    )
    how.add_argument("--check", action="store_true", help="write nothing, exit 1 if anything would change")
    how.add_argument("--unsafe", action="store_true", default=None, help="also what rests on an assumption")
    how.add_argument("--todo", action="store_true", default=None, help="leave a comment above what is not rewritten")
    how.add_argument("--allow-dirty", action="store_true", help="also change files with uncommitted edits")
    add_selection(parser)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Rewrite, or show what would be rewritten."""
    if arguments.dry_run and arguments.check:
        raise UsageError("--dry-run and --check exclude each other: the first shows a diff, the second only counts")
    writing = not (arguments.dry_run or arguments.check)
    if writing:
        _settle(arguments, screen)
    done = session.run(arguments, unsafe=bool(arguments.unsafe), todo=bool(arguments.todo))
    applied = _write(done, screen, allow_dirty=arguments.allow_dirty) if writing else None
    if arguments.dry_run:
        _show_diff(done, screen)
    return _report(done, applied, arguments, screen)


def _settle(arguments: argparse.Namespace, screen: Screen) -> None:
    """Bring a run that was killed to its end before anything is read."""
    from asyncshim.migrate import lock, project, recover
    from asyncshim.migrate.reports.text import count

    found = project.find_project(arguments.paths)
    store = found.store()
    if store.unfinished() is None:
        return
    with lock.exclusive(store.folder):
        recovery = recover.settle(store)
    if recovery is not None:
        screen.say(f"An earlier run was interrupted; it is {recovery.how} now ({count(len(recovery.paths), 'file')}).")
        for path in recovery.edited:
            screen.error(f"{path}: was edited since that run and was left as it is")


def _write(done: Session, screen: Screen, *, allow_dirty: bool) -> Applied | None:
    from asyncshim.migrate import apply, guard, lock, plan

    edits = plan.make(done.outcome)
    if not edits.edits:
        return None
    if not allow_dirty:
        guard.check_committed(done.project, edits.paths)
    if done.project.note:
        screen.say(f"Note: {done.project.note}, so uncommitted edits are not noticed; `undo` works all the same.")
    store = done.project.store()
    store.create()
    with lock.exclusive(store.folder):
        return apply.apply(edits, store, done.project.root)


def _show_diff(done: Session, screen: Screen) -> None:
    from asyncshim.migrate import diff

    for result in done.outcome.results:
        screen.diff(diff.unified(done.project.in_diff(result.path), result.old, result.new))


def _report(done: Session, applied: Applied | None, arguments: argparse.Namespace, screen: Screen) -> int:
    from asyncshim.migrate.reports import text
    from asyncshim.migrate.reports.tally import tally

    results, shown = done.outcome.results, done.project.shown
    numbers = tally(results)
    refused = applied.refused if applied else ()
    lines = text.findings(results, shown, fixed=None if arguments.check else False)
    if arguments.dry_run:
        for line in lines:
            screen.say(screen.location(line, sys.stderr))
    else:
        for line in lines:
            screen.out(screen.location(line, sys.stdout))
    for result in results:
        if result.changed:
            screen.detail(f"{'rewrote' if applied else 'would rewrite'} {shown(result.path)}")
    _summary(done, numbers, arguments, screen)
    _next(numbers, arguments, screen)
    _failures(done, applied, screen)
    if numbers.failed or refused:
        return exit_codes.FAILED
    if arguments.dry_run:
        return exit_codes.DONE
    return exit_codes.LEFT if numbers.left or (arguments.check and numbers.changed) else exit_codes.DONE


def _summary(done: Session, numbers: Tally, arguments: argparse.Namespace, screen: Screen) -> None:
    from asyncshim.migrate.reports import text

    writing = not (arguments.dry_run or arguments.check)
    if numbers.rows:
        screen.say()
        for index, line in enumerate(text.table(numbers, done.rules.rules(), "changed" if writing else "would change")):
            screen.say(screen.style(line, "bold") if index == 0 else line)
        screen.say()
    looked = f"{text.count(done.outcome.files, 'file')} looked at"
    if not numbers.changed and not numbers.rows:
        screen.say(f"Nothing to do: {looked}.")
        return
    verb = "changed" if writing else "would change"
    changed = f"{text.count(numbers.changed, 'file')} {verb}" if numbers.changed else f"Nothing {verb}"
    left = f"{text.count(numbers.left, 'use is', 'uses are')} left for you, " if numbers.left else ""
    screen.say(f"{changed}, {left}{looked}.")


def _failures(done: Session, applied: Applied | None, screen: Screen) -> None:
    """Name what went wrong last, where it can be seen."""
    from asyncshim.migrate.reports import text

    for visited in done.outcome.visited:
        if visited.details:
            screen.detail(visited.details)
    for line in text.errors(done.outcome.results, done.project.shown):
        screen.error(f"error: {line}")
    for refusal in applied.refused if applied else ():
        screen.error(f"error: {done.project.shown(refusal.path)}: {refusal.reason}")


def _next(numbers: Tally, arguments: argparse.Namespace, screen: Screen) -> None:
    """Suggest the next command."""
    paths = "".join(f" {shlex.quote(path)}" for path in arguments.paths)
    if (arguments.dry_run or arguments.check) and numbers.changed:
        unsafe = " --unsafe" if arguments.unsafe else ""
        screen.say(f"Next: python -m asyncshim migrate{unsafe}{paths}")
    elif numbers.unsafe and not arguments.unsafe:
        screen.say(f"Next: python -m asyncshim migrate --unsafe --dry-run{paths}   # shows what else could go")
    elif numbers.changed:
        screen.say("Next: run your tests; `python -m asyncshim undo` puts everything back")
