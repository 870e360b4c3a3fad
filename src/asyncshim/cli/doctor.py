"""``python -m asyncshim doctor``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, session
from asyncshim.cli.arguments import add_command, add_paths
from asyncshim.cli.fitting import WIDTH, columns_of
from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen
    from asyncshim.migrate.doctor.model import Diagnosis

_DESCRIPTION = """\
Show what runs the async tests here, and why: the interpreter, pytest and its
plugins, configuration files, conflicts, types, and the next command. Paste the
output into a bug report: it has no secrets, and the home directory is `~`.
Nothing of the project is imported or run, and no file is changed.
"""
_EPILOG = "exit codes: 0 no problem found, 1 a problem found, 2 an invalid file or argument\n"


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "doctor", "show what runs the async tests here, and why", _DESCRIPTION, run)
    parser.epilog = _EPILOG
    add_paths(parser)
    parser.set_defaults(select=None, extend_select=None, ignore=None, no_config=None, no_deps=None, runner=None)
    reports = parser.add_argument_group("reports")
    reports.add_argument("--json", action="store_true", help="the same as JSON; doctor.schema.json describes it")


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Print the diagnosis."""
    from asyncshim.migrate.doctor import render

    found = _diagnosis(arguments, screen)
    if arguments.json:
        screen.out(json.dumps(render.as_json(found), indent=2))
    else:
        for line in render.as_text(found, columns_of(sys.stdout) or WIDTH):
            is_heading = bool(line) and not line.startswith(" ")
            screen.out(screen.style(line, "bold", stream=sys.stdout) if is_heading else line)
    if found.errors or (found.uses and found.uses.failed):
        return exit_codes.FAILED
    return exit_codes.REMAINING if found.problems else exit_codes.DONE


def _diagnosis(arguments: argparse.Namespace, screen: Screen) -> Diagnosis:
    """Return the diagnosis. An invalid configuration is a part of it, not the end of it."""
    from asyncshim.migrate.doctor.diagnose import diagnose
    from asyncshim.migrate.doctor.model import RemainingUses
    from asyncshim.migrate.plan import ruleset
    from asyncshim.migrate.read import discover, project
    from asyncshim.migrate.reports import text
    from asyncshim.migrate.reports.tally import tally

    found = project.find_project(arguments.paths)
    is_config = ruleset.load().is_config
    discovery = own = uses = None
    errors: list[str] = []
    try:
        found, own = session.find(arguments.paths)
        discovery = discover.discover(found, is_config, (*own.exclude, *(arguments.exclude or ())))
        uses = RemainingUses(0, 0, 0, 0, 0)
        if discovery.targets or discovery.config or discovery.unreadable:
            outcome = session.open_session(arguments, screen).run()
            numbers = tally(outcome.results)
            uses = RemainingUses(numbers.fixed, numbers.unsafe, numbers.manual, numbers.failed, outcome.files)
            errors += text.errors(outcome.results, found.shown)
    except UsageError as error:
        uses = None
        errors.append(str(error))
        discovery = discovery or discover.discover(found, is_config, arguments.exclude or ())
    return diagnose(found, discovery, own, uses, errors)
