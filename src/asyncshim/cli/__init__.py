"""The command line: arguments in, calls of the engine, an exit code out."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from asyncshim.cli import exit_codes
from asyncshim.cli.screen import Screen
from asyncshim.errors import AsyncshimError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; mistakes of users come back as 2, with a sentence on stderr."""
    screen = Screen()
    try:
        from asyncshim.cli.parser import build_parser

        parsed = build_parser().parse_args(arguments)
        screen = Screen(color=parsed.color, verbosity=parsed.verbose - parsed.quiet)
        return int(parsed.run(parsed, screen))
    except KeyboardInterrupt:
        screen.error("Interrupted: no file is half-written, and nothing more will be done.")
        return exit_codes.INTERRUPTED
    except AsyncshimError as error:
        screen.error(f"error: {error}")
        return exit_codes.FAILED
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has seen enough. Python would complain again while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.READER_GONE
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        screen.error(f"error: {place}{error.strerror or error}")
        return exit_codes.FAILED


def console_script() -> None:
    """Entry point of the ``asyncshim`` script and of ``python -m asyncshim``."""
    code = main()
    # The job is done. While Python takes itself down, Ctrl-C would only cost the exit code.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)
