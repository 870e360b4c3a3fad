"""The tree of commands. Importing it loads no command's machinery: ``--help`` must not wait for LibCST."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from asyncshim.cli import check, completion, demo, eject, migrate, rules, status, todo, undo, verify

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


class _Version(argparse.Action):
    """Looks the release up when it is asked for: reading metadata takes longer than everything else here."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 - the shape of an action
        values: str | Sequence[object] | None,  # noqa: ARG002
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        """Print it."""
        from importlib.metadata import version

        print(f"asyncshim {version('asyncshim')}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of ``python -m asyncshim``."""
    parser = argparse.ArgumentParser(
        prog="python -m asyncshim",
        description="Take a pytest suite off pytest-asyncio, step by step.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the release and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for command in (migrate, check, status, verify, undo, eject, todo, rules, demo, completion):
        command.register(commands)
    return parser
