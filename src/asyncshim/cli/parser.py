"""The argument parser with all commands. It does not import LibCST, so that ``--help`` is fast."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from asyncshim.cli.arguments import COMMAND, Parser

# The module of each command, in the order of `--help`.
_MODULES = {
    "migrate": "migrate",
    "check": "check",
    "status": "status",
    "verify": "verify",
    "undo": "undo",
    "eject": "eject",
    "todo": "todo",
    "rules": "rules",
    "rule": "rules",
    "doctor": "doctor",
    "config": "config",
    "demo": "demo",
    "completion": "completion",
}
_EPILOG = """\
exit codes:
  0    nothing to do, or all uses rewritten, or a dry run
  1    a check found uses, or uses remain after migrate, or outcomes differ,
       or doctor found a problem
  2    wrong usage or configuration, uncommitted changes, or a file that cannot
       be read, parsed or written
  130  interrupted by Ctrl-C

start with:
  python -m asyncshim demo                 migrate a small example suite
  python -m asyncshim migrate --dry-run    show what would change in your suite
  python -m asyncshim doctor               show what runs the async tests here
"""


class _Version(argparse.Action):
    """Reads the version only when it is requested, because reading package metadata is slow."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 - the shape of an action
        values: str | Sequence[object] | None,  # noqa: ARG002
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        """Print the version and exit."""
        from importlib.metadata import version

        print(f"asyncshim {version('asyncshim')}")
        parser.exit()


def parse(arguments: Sequence[str] | None) -> argparse.Namespace | None:
    """Return the parsed arguments; ``None`` without a command, after printing the help."""
    given = tuple(sys.argv[1:] if arguments is None else arguments)
    parser = build_parser(given[0] if given else None)
    parsed, unknown = parser.parse_known_args(arguments)
    if parsed.command is None and not unknown:
        parser.print_help()
        return None
    if unknown:
        (parsed.parser if parsed.command else parser).refuse(unknown)
    parsed.given = given
    return parsed


def build_parser(command: str | None = None) -> Parser:
    """Return the parser of ``python -m asyncshim``: with one command alone, which is faster, or else with all."""
    parser = Parser(
        prog="python -m asyncshim",
        description="Migrate a pytest suite from pytest-asyncio to plain async tests, step by step.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar=COMMAND, dest="command", prog=parser.prog)
    wanted = [_MODULES[command]] if command in _MODULES else dict.fromkeys(_MODULES.values())
    for module in wanted:
        import_module(f"asyncshim.cli.{module}").register(commands)
    return parser
