"""The summary of `migrate`: remaining uses, the table, the next command, and the errors last."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from asyncshim.migrate import safe_text
from asyncshim.migrate.reports import text
from asyncshim.migrate.reports.model import RunMode
from asyncshim.migrate.reports.tally import Tally, tally

if TYPE_CHECKING:
    from asyncshim.cli.screen import Screen
    from asyncshim.cli.session import Session
    from asyncshim.migrate.plan.outcome import Outcome
    from asyncshim_codemods.results import FileResult


@dataclass(frozen=True)
class Told:
    """One run of `migrate`, with what its summary needs."""

    session: Session
    results: tuple[FileResult, ...]
    files: int
    writing: bool
    findings_on_stdout: bool
    arguments: argparse.Namespace

    @property
    def mode(self) -> RunMode:
        """Written, or only previewed."""
        return RunMode.WRITTEN if self.writing else RunMode.PREVIEW

    @cached_property
    def tally(self) -> Tally:
        """The numbers."""
        return tally(self.results)

    def shown(self, path: str) -> str:
        """Return a path relative to the current folder."""
        return self.session.project.shown(path)


def tell(told: Told, outcome: Outcome, screen: Screen) -> None:
    """Print everything except the failures."""
    # `--check` also lists what would change; otherwise only remaining uses are listed.
    listed = text.findings if screen.verbosity > 0 else text.grouped_findings
    lines = listed(told.results, told.shown, fixed=None if told.arguments.check else False)
    if told.findings_on_stdout:
        screen.locations(lines)
    else:
        for line in lines:
            screen.say(screen.location(line, sys.stderr))
    for result in told.results:
        if result.changed:
            screen.detail(f"{'rewrote' if told.writing else 'would rewrite'} {told.shown(result.path)}")
    for visited in outcome.visited:
        if visited.details:
            screen.detail(visited.details)
    _table(told, screen)
    if outcome.note and told.tally.rows:
        # Programs look for parts of it, so only a terminal gets it in several lines.
        tell_note = screen.prose if sys.stderr.isatty() else screen.say
        tell_note(f"Note: {safe_text.line(outcome.note)}")
    _next(told, screen)


def tell_failures(told: Told, screen: Screen) -> None:
    """Print the failures; they come last, where they are easy to see."""
    for line in text.errors(told.results, told.shown):
        screen.error(f"error: {line}")


def _table(told: Told, screen: Screen) -> None:
    numbers = told.tally
    verb = "changed" if told.writing else "would change"
    if numbers.rows:
        screen.say()
        for index, line in enumerate(text.table(numbers, told.session.rules.names(), verb)):
            screen.say(screen.style(line, "bold") if index == 0 else line)
        screen.say()
    checked = f"{text.count(told.files, 'file')} checked"
    if not numbers.changed and not numbers.rows and not numbers.failed:
        screen.say(f"Nothing to do: {checked}.")
        return
    changed = f"{text.count(numbers.changed, 'file')} {verb}" if numbers.changed else f"Nothing {verb}"
    remaining = f"{text.remaining(numbers)}, " if numbers.remaining else ""
    screen.say(f"{changed}, {remaining}{checked}.")


def _waits_for_settings(told: Told) -> bool:
    """Return whether uses remain because of the setting of the mode, which `--no-config` keeps from changing."""
    return any(
        not finding.fixed and "`asyncio_mode" in finding.message for one in told.results for finding in one.findings
    )


def _next(told: Told, screen: Screen) -> None:
    numbers, arguments = told.tally, told.arguments
    paths = "".join(f" {shlex.quote(path)}" for path in arguments.paths)
    unsafe = " --unsafe" if arguments.unsafe else ""
    if not told.writing and numbers.changed:
        screen.say(f"Next: python -m asyncshim migrate{unsafe}{paths}")
    elif numbers.changed:
        screen.say("Next: run your tests; `python -m asyncshim undo` reverts all changes")
    if arguments.no_config and _waits_for_settings(told):
        screen.say("Next: python -m asyncshim migrate   # once for the whole project, without --no-config:")
        screen.say("      these files need `asyncio_mode` as it is; that run migrates the files with it")
    elif numbers.unsafe and not arguments.unsafe:
        screen.say(f"More: python -m asyncshim migrate --unsafe --dry-run{paths}   # shows unsafe rewrites")
    elif numbers.remaining and not numbers.changed:
        first = next(row.code for row in numbers.rows if row.remaining)
        screen.say(f"Next: python -m asyncshim rule {first}   # explains the manual review")
