"""``python -m asyncshim check``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, session
from asyncshim.cli.arguments import add_command, add_paths, add_selection

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen

_DESCRIPTION = """\
List what is still written for pytest-asyncio, a line each, and change nothing.
Exit 1 while anything is found: for CI and pre-commit.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "check", "list what is left; exit 1 while anything is", _DESCRIPTION, run)
    add_paths(parser)
    add_selection(parser)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Report every finding, rewritable or not."""
    from asyncshim.migrate.reports import text
    from asyncshim.migrate.reports.tally import tally

    done = session.run(arguments, unsafe=False, todo=False)
    results, shown = done.outcome.results, done.project.shown
    for line in text.findings(results, shown):
        screen.out(screen.location(line, sys.stdout))
    numbers = tally(results)
    found, looked = numbers.fixed + numbers.left, text.count(done.outcome.files, "file")
    if found:
        uses = text.count(found, "use")
        screen.say(f"{uses} found in {looked}; `python -m asyncshim migrate` rewrites {numbers.fixed}.")
    else:
        screen.say(f"Nothing found in {looked}.")
    for line in text.errors(results, shown):
        screen.error(f"error: {line}")
    if numbers.failed:
        return exit_codes.FAILED
    return exit_codes.LEFT if found else exit_codes.DONE
