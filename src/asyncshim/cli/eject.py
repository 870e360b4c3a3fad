"""``python -m asyncshim eject``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, session
from asyncshim.cli.arguments import add_command
from asyncshim.errors import UsageError
from asyncshim.migrate.plan.limits import DEFAULT_SECONDS, DEFAULT_SIZE

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen

_DESCRIPTION = """\
Write a conftest.py that runs async tests and fixtures without any plugin: about 170
lines that need only pytest and the standard library, with one event loop for the
session. It runs plain async tests only, so run `migrate` first. The file is written to
pytest's root folder. If a conftest.py exists there, a marked block is added at its end;
a second run updates the block.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "eject", "write a conftest.py that needs no plugin", _DESCRIPTION, run)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="the tests; default: the same as for migrate")
    parser.add_argument("--print", action="store_true", dest="show", help="write no file, print it to stdout")


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Write the file and print the next steps."""
    from asyncshim.migrate import eject
    from asyncshim.migrate.read import project

    if arguments.show:
        screen.data([eject.template().encode()])
        return exit_codes.DONE
    found = project.find_project(arguments.paths)
    ejected = eject.eject(eject.folder_for(found))
    shown = found.shown(str(ejected.path))
    if ejected.became is eject.Became.CURRENT:
        screen.say(f"{shown} is up to date.")
        return exit_codes.DONE
    eject.write(ejected)
    did = {
        eject.Became.CREATED: f"{shown} was written",
        eject.Became.EXTENDED: f"{shown} has a new block at its end",
        eject.Became.UPDATED: f"The block in {shown} was updated",
    }
    screen.say(f"{did[ejected.became]}: async tests and fixtures run on one event loop, without a plugin.")
    _warn_of_uses(arguments, screen)
    screen.say("Next: python -m asyncshim migrate --runner conftest   # removes the plugins from the configuration")
    screen.say("      python -m pytest -p no:asyncshim")
    return exit_codes.DONE


def _warn_of_uses(arguments: argparse.Namespace, screen: Screen) -> None:
    """Warn about uses that need a plugin: an `event_loop` override, for example, would be ignored."""
    from asyncshim.migrate.reports.text import count

    all_rules: dict[str, int | None] = {"exclude": None, "extend_select": None, "ignore": None, "jobs": None}
    all_rules |= {"max_file_size": DEFAULT_SIZE, "file_timeout": DEFAULT_SECONDS}
    wanted = argparse.Namespace(
        **all_rules, paths=arguments.paths, select=["ASH1", "ASH2", "ASH3"], no_config=None, no_deps=None, runner=None
    )
    try:
        outcome = session.open_session(wanted, screen).run()
    except UsageError:  # no Python files yet
        return
    remaining = sum(len(result.findings) for result in outcome.results)
    if remaining:
        uses = count(remaining, "use remains", "uses remain")
        screen.error(f"warning: {uses} that this conftest.py does not support: `python -m asyncshim check` lists them")
