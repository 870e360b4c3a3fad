"""``python -m asyncshim undo``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes
from asyncshim.cli.arguments import add_command

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen

_DESCRIPTION = """\
Revert the changes of the last `migrate`: the bytes and permission bits of each file.
A file that was edited after that run is not changed, and is reported. If `migrate` was
killed, the files that it had written are reverted.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "undo", "revert the changes of the last migrate", _DESCRIPTION, run)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="the project's folder; default: the current one")


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Undo the last run of the project around the current folder."""
    from asyncshim.migrate.read import project
    from asyncshim.migrate.reports.text import count
    from asyncshim.migrate.write import journal, lock, undo
    from asyncshim.migrate.write.apply import Applied

    found = project.find_project(arguments.paths)
    store = journal.store_of(found)
    last = store.last()
    if last is None:
        screen.say("Nothing to undo: no run of migrate is recorded here.")
        return exit_codes.DONE
    root = store.root(last)
    with lock.exclusive(store.folder):
        undone = undo.undo(store) or Applied(())
        store.remove_if_empty()
    for path in undone.written:
        screen.detail(f"reverted {found.shown(str(root / path))}")
    if undone.written or not undone.refused:
        screen.say(f"{count(len(undone.written), 'file')} reverted to the state before the last migrate.")
    for refusal in undone.refused:
        screen.error(f"error: {found.shown(str(root / refusal.path))}: {refusal.reason}")
    return exit_codes.FAILED if undone.refused else exit_codes.DONE
