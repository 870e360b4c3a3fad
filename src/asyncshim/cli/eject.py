"""``python -m asyncshim eject``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, session
from asyncshim.cli.arguments import add_command
from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen

_DESCRIPTION = """\
Write the conftest.py that runs async tests and fixtures with no plugin at all: about 170
lines that need pytest and the standard library, one event loop for the session, yours to
read and change. They run plain async tests, so `migrate` first what is left of
pytest-asyncio. It goes into the folder that pytest takes for its root. If there is a
conftest.py already, a marked block is added at its end; run again, the block is renewed.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "eject", "write a conftest.py that needs no plugin", _DESCRIPTION, run)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="the tests; default: as for migrate")
    parser.add_argument("--print", action="store_true", dest="show", help="write nothing, show the file on stdout")


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Write the file and say what comes next."""
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
        eject.Became.CREATED: f"{shown} is written",
        eject.Became.EXTENDED: f"{shown} has a new block at its end",
        eject.Became.UPDATED: f"the block in {shown} is renewed",
    }
    screen.say(f"{did[ejected.became]}: async tests and fixtures run on one event loop, with no plugin.")
    _warn_of_uses(arguments, screen)
    screen.say("Next: python -m asyncshim migrate --runner conftest   # takes the plugins out of the configuration")
    screen.say("      python -m pytest -p no:asyncshim")
    return exit_codes.DONE


def _warn_of_uses(arguments: argparse.Namespace, screen: Screen) -> None:
    """Say so where tests ask for what only a plugin gives: an `event_loop` override would just be ignored."""
    from asyncshim.migrate.reports.text import count

    all_rules = {"exclude": None, "extend_select": None, "ignore": None, "jobs": None}
    wanted = argparse.Namespace(
        **all_rules, paths=arguments.paths, select=["ASH1", "ASH2", "ASH3"], no_config=None, no_deps=None, runner=None
    )
    try:
        outcome = session.open_session(wanted, screen).run()
    except UsageError:  # no Python files yet
        return
    left = sum(len(result.findings) for result in outcome.results)
    if left:
        uses = count(left, "use is", "uses are")
        screen.error(
            f"warning: {uses} left that this conftest.py does not serve: `python -m asyncshim check` lists what"
        )
