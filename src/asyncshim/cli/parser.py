"""The tree of commands. Importing it loads no command's machinery: ``--help`` must not wait for LibCST."""

from __future__ import annotations

import argparse
from importlib.metadata import version

from asyncshim.cli import check, completion, demo, migrate, rules, status, todo, undo, verify

_EPILOG = """\
exit codes:
  0    nothing to do, or all applied, or a dry run
  1    a check found something, or work is left for a person, or outcomes differ
  2    wrong usage or configuration, a dirty tree, a file that could not be read, parsed or written
  130  interrupted by Ctrl-C

start with:
  python -m asyncshim demo                 see it work on a suite of its own
  python -m asyncshim migrate --dry-run    see what it would do to yours
"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of ``python -m asyncshim``."""
    parser = argparse.ArgumentParser(
        prog="python -m asyncshim",
        description="Take a pytest suite off pytest-asyncio, step by step.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"asyncshim {version('asyncshim')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for command in (migrate, check, status, verify, undo, todo, rules, demo, completion):
        command.register(commands)
    return parser
