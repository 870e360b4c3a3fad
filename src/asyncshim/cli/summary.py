"""What `migrate` says at the end: what is left, the table, the next command, and last what went wrong."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from asyncshim.migrate.reports import text
from asyncshim.migrate.reports.model import Mode
from asyncshim.migrate.reports.tally import Tally, tally

if TYPE_CHECKING:
    from asyncshim.cli.screen import Screen
    from asyncshim.cli.session import Session
    from asyncshim.migrate.plan.engine import Outcome
    from asyncshim_codemods.results import FileResult


@dataclass(frozen=True)
class Told:
    """One run, as far as it concerns a reader."""

    session: Session
    results: tuple[FileResult, ...]
    files: int
    writing: bool
    findings_on_stdout: bool
    arguments: argparse.Namespace

    @property
    def mode(self) -> Mode:
        """Whether files were written."""
        return Mode.WRITTEN if self.writing else Mode.PREVIEW

    @cached_property
    def tally(self) -> Tally:
        """The numbers."""
        return tally(self.results)

    def shown(self, path: str) -> str:
        """Return a path as a person would type it."""
        return self.session.project.shown(path)


def tell(told: Told, outcome: Outcome, screen: Screen) -> None:
    """Say everything but the failures."""
    # A check is for reading what would change as well; afterwards only what is left matters.
    for line in text.findings(told.results, told.shown, fixed=None if told.arguments.check else False):
        if told.findings_on_stdout:
            screen.out(screen.location(line, sys.stdout))
        else:
            screen.say(screen.location(line, sys.stderr))
    for result in told.results:
        if result.changed:
            screen.detail(f"{'rewrote' if told.writing else 'would rewrite'} {told.shown(result.path)}")
    for visited in outcome.visited:
        if visited.details:
            screen.detail(visited.details)
    _table(told, screen)
    _next(told, screen)


def tell_failures(told: Told, screen: Screen) -> None:
    """Name what went wrong last, where it can be seen."""
    for line in text.errors(told.results, told.shown):
        screen.error(f"error: {line}")


def _table(told: Told, screen: Screen) -> None:
    numbers = told.tally
    verb = "changed" if told.writing else "would change"
    if numbers.rows:
        screen.say()
        for index, line in enumerate(text.table(numbers, told.session.rules.rules(), verb)):
            screen.say(screen.style(line, "bold") if index == 0 else line)
        screen.say()
    looked = f"{text.count(told.files, 'file')} looked at"
    if not numbers.changed and not numbers.rows and not numbers.failed:
        screen.say(f"Nothing to do: {looked}.")
        return
    changed = f"{text.count(numbers.changed, 'file')} {verb}" if numbers.changed else f"Nothing {verb}"
    left = f"{text.count(numbers.left, 'use is', 'uses are')} left for you, " if numbers.left else ""
    screen.say(f"{changed}, {left}{looked}.")


def _next(told: Told, screen: Screen) -> None:
    numbers, arguments = told.tally, told.arguments
    paths = "".join(f" {shlex.quote(path)}" for path in arguments.paths)
    unsafe = " --unsafe" if arguments.unsafe else ""
    if not told.writing and numbers.changed:
        screen.say(f"Next: python -m asyncshim migrate{unsafe}{paths}")
    elif numbers.changed:
        screen.say("Next: run your tests; `python -m asyncshim undo` puts everything back")
    if numbers.unsafe and not arguments.unsafe:
        screen.say(f"More: python -m asyncshim migrate --unsafe --dry-run{paths}   # what rests on an assumption")
    elif numbers.left and not numbers.changed:
        first = next(row.code for row in numbers.rows if row.left)
        screen.say(f"Next: python -m asyncshim rule {first}   # says what to do by hand")
