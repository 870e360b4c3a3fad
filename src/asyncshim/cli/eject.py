"""``python -m asyncshim eject``."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, session
from asyncshim.cli.arguments import add_command
from asyncshim.errors import UsageError
from asyncshim.migrate.plan.limits import DEFAULT_SECONDS, DEFAULT_SIZE

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen
    from asyncshim.cli.session import Session
    from asyncshim_codemods.results import FileResult

_DESCRIPTION = """\
Write a conftest.py that runs async tests and fixtures without any plugin: about 170
lines that need only pytest and the standard library, with one event loop for the
session. It runs plain async tests only, so run `migrate` first. Port fixtures are added
if a test uses them. What only asyncshim provides, such as the markers `own_runner` and
`asyncshim_timeout` or a default time limit, is listed, and then no file is written. The file is written to
pytest's root folder. If a conftest.py exists there, a marked block is added at its end;
a second run updates the block.
"""
# Options that change how tests run, which the conftest.py does not; others are unknown to it, but harmless.
_OPTION_RULES = ("ASH401", "ASH402")
_LACKING = re.compile(r"(?:--)?asyncshim[-_](?:timeout|loop[-_]factory)\b")


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "eject", "write a conftest.py that needs no plugin", _DESCRIPTION, run)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="the tests; default: the same as for migrate")
    parser.add_argument("--print", action="store_true", dest="show", help="write no file, print it to stdout")
    parser.add_argument("--anyway", action="store_true", help="write the file although it lacks what the tests use")


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Write the file and print the next steps."""
    from asyncshim.migrate import eject
    from asyncshim.migrate.read import project

    opened = _open(arguments, screen)
    ports = eject.requested_ports(opened.project.root, opened.discovery.python) if opened else frozenset[str]()
    if arguments.show:
        screen.data([eject.template(ports).encode()])
        return exit_codes.DONE
    found = project.find_project(arguments.paths)
    ejected = eject.eject(eject.folder_for(found), ports)
    shown = found.shown(str(ejected.path))
    if ejected.became is eject.Became.CURRENT:
        screen.say(f"{shown} is up to date.")
        return exit_codes.DONE
    if opened and _refused(opened, screen, anyway=arguments.anyway):
        return exit_codes.REMAINING
    eject.write(ejected)
    did = {
        eject.Became.CREATED: f"{shown} was written",
        eject.Became.EXTENDED: f"{shown} has a new block at its end",
        eject.Became.UPDATED: f"The block in {shown} was updated",
    }
    screen.prose(f"{did[ejected.became]}: async tests and fixtures run on one event loop, without a plugin.")
    screen.say("Next: python -m asyncshim migrate --runner conftest   # removes the plugins")
    screen.say("      python -m pytest -p no:asyncshim")
    return exit_codes.DONE


def _open(arguments: argparse.Namespace, screen: Screen) -> Session | None:
    """Return the run that looks for what the conftest.py lacks, or None if there are no Python files yet."""
    all_rules: dict[str, int | None] = {"exclude": None, "extend_select": None, "ignore": None, "jobs": None}
    all_rules |= {"max_file_size": DEFAULT_SIZE, "file_timeout": DEFAULT_SECONDS}
    wanted = argparse.Namespace(
        **all_rules,
        paths=arguments.paths,
        select=["ASH1", "ASH2", "ASH3", *_OPTION_RULES],
        no_config=None,
        no_deps=None,
        runner="conftest",
    )
    try:
        return session.open_session(wanted, screen)
    except UsageError:
        return None


def _refused(opened: Session, screen: Screen, *, anyway: bool) -> bool:
    """Name what the conftest.py lacks; return whether it is not written because only asyncshim provides that."""
    from asyncshim.migrate.reports import text
    from asyncshim_codemods.api import EJECT_ADDS

    lacking: list[FileResult] = []
    remaining = 0
    for result in opened.run().results:
        found = [each for each in result.findings if each.code not in _OPTION_RULES or _LACKING.match(each.message)]
        only_here = [each for each in found if each.code in {"ASH207", *_OPTION_RULES}]
        remaining += len(found) - len(only_here)
        missing = tuple(each for each in only_here if not each.message.endswith(EJECT_ADDS))
        lacking += [replace(result, findings=missing)] if missing else []
    if remaining:
        uses = text.count(remaining, "use remains", "uses remain")
        listed = "`python -m asyncshim check` lists them"
        screen.prose(f"warning: {uses} that this conftest.py does not support: {listed}", always=True)
    for line in text.grouped_findings(lacking, opened.project.shown):
        screen.out(line)
    if lacking and not anyway:
        features = text.count(sum(len(result.findings) for result in lacking), "use needs", "uses need")
        refusal = "so nothing was written; change them first, or add --anyway"
        screen.prose(f"error: {features} asyncshim, {refusal}", always=True)
        return True
    return False
