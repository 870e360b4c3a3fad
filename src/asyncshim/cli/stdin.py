"""``migrate -``: rewrite one file from stdin to stdout, for editors."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, session
from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.cli.screen import Screen


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option for the name of the file on stdin."""
    parser.add_argument(
        "--stdin-filename", metavar="PATH", help="with `-` as the only path: the path of the file on stdin"
    )


def migrate(arguments: argparse.Namespace, screen: Screen) -> int:
    """Rewrite stdin to stdout, with facts from the other files of the project around ``--stdin-filename``."""
    from asyncshim.migrate.read import files
    from asyncshim.migrate.reports import diff, text

    if arguments.verify or arguments.report:
        raise UsageError("--verify and --report need files; they cannot be used with `-`")
    path = Path(os.path.realpath(arguments.stdin_filename or "stdin.py"))
    arguments.paths = [str(_nearest_folder(path))]
    opened = session.open_session(arguments, screen, may_be_empty=True)
    name = path.relative_to(opened.project.root).as_posix()
    data = sys.stdin.buffer.read()
    result = opened.engine.run_one(opened.discovery, name, files.Snapshot(data, 0o644)).result
    shown = opened.project.shown
    for line in (*text.findings([result], shown, fixed=False),):
        screen.say(screen.location(line, sys.stderr))
    for line in text.errors([result], shown):
        screen.error(f"error: {line}")
    if result.error is not None:
        return exit_codes.FAILED
    if arguments.dry_run:
        screen.diff(diff.unified(opened.project.in_diff(name), result.old, result.new))
        return exit_codes.DONE
    if not arguments.check:
        screen.data([result.new if result.changed else data])
    remaining = any(not finding.fixed for finding in result.findings)
    return exit_codes.REMAINING if remaining or (arguments.check and result.changed) else exit_codes.DONE


def _nearest_folder(path: Path) -> Path:
    """Return the nearest folder that exists: the file in the editor may never have been saved."""
    return next(folder for folder in path.parents if folder.is_dir())
