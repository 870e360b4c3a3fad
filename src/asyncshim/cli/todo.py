"""``python -m asyncshim todo``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, session
from asyncshim.cli.arguments import add_command, add_files

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen

_DESCRIPTION = """\
List the TODO comments that `migrate --todo` added above uses that it did not rewrite.
The exit code is 1 if there are any.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "todo", "list the comments of `migrate --todo`", _DESCRIPTION, run)
    add_files(parser)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Find the comments by text, without parsing files."""
    from asyncshim.migrate import safe_text, todo
    from asyncshim.migrate.plan import ruleset
    from asyncshim.migrate.read import discover
    from asyncshim.migrate.reports.text import count

    project, said = session.find(arguments.paths)
    exclude = (*said.exclude, *(arguments.exclude or ()))
    files = discover.discover(project, ruleset.load().is_config, exclude)
    found = list(todo.todos(project.root, sorted((*files.targets, *files.config))))
    screen.locations(f"{project.shown(one.path)}:{one.line}:{one.column}: {safe_text.line(one.text)}" for one in found)
    screen.say(f"{count(len(found), 'comment')} found." if found else "No comments of `migrate --todo` found.")
    return exit_codes.REMAINING if found else exit_codes.DONE
