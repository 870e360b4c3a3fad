"""Command-line arguments that several commands share."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from asyncshim.cli.fitting import WIDTH, columns_of
from asyncshim.migrate.plan.limits import DEFAULT_SECONDS, DEFAULT_SIZE, Limits
from asyncshim.migrate.read.settings import RUNNERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from asyncshim.cli.screen import Screen

    Run = Callable[[argparse.Namespace, Screen], int]

COMMAND = "COMMAND"
"""The name of the argument that is the command."""

_INVALID_CHOICE = re.compile(r"invalid choice: '(?P<given>[^']*)'")


class _Help(argparse.HelpFormatter):
    """Help of at most 80 columns. Paragraphs are broken again; lists and tables, which are indented, stay."""

    def __init__(self, prog: str, **settings: Any) -> None:
        settings.setdefault("width", min(columns_of(sys.stdout) or WIDTH, WIDTH) - 2)
        super().__init__(prog, **settings)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n\n".join(self._paragraph(part, width, indent) for part in text.strip("\n").split("\n\n"))

    def _split_lines(self, text: str, width: int) -> list[str]:
        import textwrap  # slow to import, and only help needs it

        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)

    def add_argument(self, action: argparse.Action) -> None:
        """Add one argument; the names of commands are indented, which argparse forgets to count."""
        super().add_argument(action)
        if action.nargs == argparse.PARSER:
            self._action_max_length += self._indent_increment

    def _paragraph(self, text: str, width: int, indent: str) -> str:
        if re.search(r"^ ", text, re.MULTILINE):
            return "\n".join(indent + line for line in text.split("\n"))
        import textwrap

        return textwrap.fill(
            " ".join(text.split()), width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        )


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors suggest what was probably meant."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=_Help, allow_abbrev=False, **settings)
        # Python 3.15 suggests on its own, in other words.
        self.suggest_on_error = False

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error with a suggestion, and exit with 2."""
        match = _INVALID_CHOICE.search(message)
        if match is not None:
            choices = [choice for action in self._actions for choice in action.choices or ()]
            suggestion = _suggestion(match["given"], [str(choice) for choice in choices])
            if message.startswith(f"argument {COMMAND}:"):
                message = f"there is no command {match['given']!r}"
                suggestion = suggestion or "; `python -m asyncshim --help` lists the commands"
            message += suggestion
        super().error(message)

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """Print the usage of this command and an error about arguments that it does not have, and exit with 2."""
        options = [option for action in self._actions for option in action.option_strings]
        given = next((one.partition("=")[0] for one in unknown if one.startswith("-")), "")
        super().error(f"unrecognized arguments: {' '.join(unknown)}{_suggestion(given, options)}")


if TYPE_CHECKING:
    # argparse has no public name for what add_subparsers() returns.
    Commands = argparse._SubParsersAction[Parser]  # pyright: ignore[reportPrivateUsage]
    Group = argparse._ArgumentGroup  # pyright: ignore[reportPrivateUsage]


def _suggestion(given: str, known: Sequence[str]) -> str:
    import difflib  # slow to import

    close = difflib.get_close_matches(given, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def add_command(commands: Commands, name: str, summary: str, description: str, run: Run) -> Parser:
    """Add one command with the options that all commands have."""
    parser = commands.add_parser(name, help=summary, description=description)
    parser.set_defaults(run=run, parser=parser)
    screen = parser.add_argument_group("output")
    screen.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="default: on a terminal")
    screen.add_argument("-q", "--quiet", action="count", default=0, help="print errors and warnings only")
    screen.add_argument(
        "-v", "--verbose", action="count", default=0, help="name every changed file, show tracebacks of rules"
    )
    return parser


def add_files(parser: argparse.ArgumentParser) -> Group:
    """Add the files and folders to read."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and folders; default: pytest's testpaths, else tests/, else the current folder",
    )
    files = parser.add_argument_group("files")
    files.add_argument("--exclude", action="append", metavar="GLOB", default=None, help="exclude these (repeatable)")
    return files


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Add the files and folders to read, and the number of processes."""
    files = add_files(parser)
    files.add_argument("--jobs", type=positive, metavar="N", default=None, help="processes; default: one for each core")
    files.add_argument(
        "--max-file-size",
        type=size,
        metavar="SIZE",
        default=DEFAULT_SIZE,
        help="do not parse larger files; bytes, or with K, M or G (default: 2M)",
    )
    files.add_argument(
        "--file-timeout",
        type=positive,
        metavar="SECONDS",
        default=DEFAULT_SECONDS,
        help=f"do not work longer on a file in a process of its own (default: {DEFAULT_SECONDS})",
    )


def add_cache(parser: argparse.ArgumentParser) -> None:
    """Add the option that turns the cache off."""
    cache = parser.add_argument_group("cache")
    cache.add_argument(
        "--no-cache",
        action="store_true",
        help="neither use nor write what earlier runs found in the same files (also: ASYNCSHIM_NO_CACHE=1)",
    )


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add the options that select rules."""
    rules = parser.add_argument_group("rules (a code such as ASH101, a prefix such as ASH3, or a name)")
    rules.add_argument("--select", type=_list, action="extend", metavar="RULES", help="use only these")
    rules.add_argument("--extend-select", type=_list, action="extend", metavar="RULES", help="also use these")
    rules.add_argument("--ignore", type=_list, action="extend", metavar="RULES", help="do not use these")
    rules.add_argument("--no-config", action="store_true", default=None, help="do not change pytest's configuration")
    rules.add_argument("--no-deps", action="store_true", default=None, help="do not change dependency files")
    rules.add_argument(
        "--runner",
        choices=RUNNERS,
        metavar="NAME",
        help=f"the plugin that runs the migrated suite: {', '.join(RUNNERS)}; default: asyncshim",
    )


def add_unsafe(group: Group) -> None:
    """Add the options that extend what is written."""
    group.add_argument("--unsafe", action="store_true", default=None, help="also apply unsafe rewrites")
    group.add_argument("--todo", action="store_true", default=None, help="add a TODO comment above uses that remain")


def _list(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def size(value: str) -> int:
    """Parse a number of bytes with an optional unit."""
    match = re.fullmatch(r"([0-9]{1,9})([KMG]?)(?:i?B)?", value.strip(), re.IGNORECASE)
    number = int(match[1]) << 10 * " KMG".index(match[2].upper() or " ") if match else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a size such as 500K or 2M")
    return number


def limits(arguments: argparse.Namespace) -> Limits:
    """Return the limits for one file. Only the command line sets them: a repository could raise them otherwise."""
    return Limits(size=arguments.max_file_size, seconds=arguments.file_timeout)


def positive(value: str) -> int:
    """Parse an integer above zero."""
    try:
        number = int(value)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is not a positive number")
    return number
