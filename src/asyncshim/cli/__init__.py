"""The command line: parse arguments, call the engine, return an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from asyncshim.cli import exit_codes
from asyncshim.cli.missing import missing_packages, require_packages
from asyncshim.cli.screen import Screen
from asyncshim.errors import AsyncshimError, RunError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a user error prints one sentence to stderr and returns 2."""
    screen = Screen()
    try:
        from asyncshim.cli.parser import parse

        parsed = parse(arguments)
        if parsed is None:
            return exit_codes.DONE
        screen = Screen(color=parsed.color, verbosity=parsed.verbose - parsed.quiet)
        require_packages()
        return int(parsed.run(parsed, screen))
    except KeyboardInterrupt as interrupt:
        screen.error(f"Interrupted: {str(interrupt) or 'no file is half-written, and no more files are changed'}.")
        return exit_codes.INTERRUPTED
    except ModuleNotFoundError as error:
        told = missing_packages(error)
        if not told:
            raise
        screen.error(f"error: {told}")
        return exit_codes.FAILED
    except RunError as error:
        screen.prose(f"error: {error}", always=True)
        return exit_codes.FAILED
    except AsyncshimError as error:
        screen.error(f"error: {error}")
        return exit_codes.FAILED
    except BrokenPipeError:
        # The reader closed the pipe (`| head`). Without this, Python reports a second error when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.READER_GONE
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        screen.error(f"error: {place}{error.strerror or error}")
        return exit_codes.FAILED


def console_script() -> None:
    """Entry point of the ``asyncshim`` script and of ``python -m asyncshim``."""
    code = main()
    # All work is done. Ctrl-C during the shutdown of Python would only replace the exit code.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)
