"""Terminal output: data goes to stdout as bytes, messages go to stderr, with optional colour."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO

from asyncshim.cli.fitting import columns_of, fitted
from asyncshim.cli.progress import ProgressBar
from asyncshim.migrate import safe_text

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}

_DIFF = {b"diff ": b"1", b"---": b"1", b"+++": b"1", b"@@": b"36", b"-": b"31", b"+": b"32"}


class Screen:
    """Writes to the terminal. ``verbosity`` is negative for quiet, 0 by default, positive for verbose."""

    def __init__(self, color: str = "auto", verbosity: int = 0) -> None:
        self.verbosity = verbosity
        self._color = color
        terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self.progress = ProgressBar(enabled=terminal and verbosity >= 0)

    def data(self, lines: Iterable[bytes]) -> None:
        """Write bytes to stdout unchanged."""
        sys.stdout.flush()
        sys.stdout.buffer.writelines(lines)
        sys.stdout.buffer.flush()

    def out(self, text: str) -> None:
        """Write a line to stdout."""
        self.data([self._safe(text, sys.stdout)])

    def locations(self, lines: Iterable[str]) -> None:
        """Write ``path:line:col: CODE message`` lines to stdout, all at once, because there may be thousands."""
        has_color = self.has_color(sys.stdout)
        shown = (self.location(line, sys.stdout) for line in lines) if has_color else lines
        self.data((safe_text.terminal(line, colored=has_color) + "\n").encode() for line in shown)

    def say(self, text: str = "") -> None:
        """Print a message to stderr, unless ``--quiet`` is given."""
        if self.verbosity >= 0:
            self._stderr(text)

    def detail(self, text: str) -> None:
        """Print a message to stderr if ``--verbose`` is given."""
        if self.verbosity >= 1:
            self._stderr(text)

    def error(self, text: str) -> None:
        """Print an error or warning to stderr, also with ``--quiet``."""
        first, separator, rest = text.partition(":")
        styled = self.style(first, "red", "bold") if first in {"error", "warning"} else first
        self._stderr(styled + separator + rest)

    def prose(self, text: str, *, always: bool = False) -> None:
        """Print sentences to stderr, in lines that fit the terminal; ``always`` prints them with ``--quiet``, too."""
        text = fitted(text, columns_of(sys.stderr))
        (self.error if always else self.say)(text)

    def style(self, text: str, *styles: str, stream: TextIO | None = None) -> str:
        """Return the text in colour if the stream (stderr by default) shows colour."""
        if not self.has_color(stream or sys.stderr):
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"

    def has_color(self, stream: TextIO) -> bool:
        """Return whether to use colour: ``--color`` decides, then NO_COLOR, then FORCE_COLOR, then the terminal."""
        if self._color != "auto":
            return self._color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return stream.isatty() and os.environ.get("TERM") != "dumb"

    def location(self, line: str, stream: TextIO) -> str:
        """Return a ``path:line:col: CODE message`` line with its location and code in colour."""
        if not self.has_color(stream):
            return line
        match = re.match(r"(.*?:\d+(?::\d+)?): ([A-Z]+\d+)?(.*)", line, re.DOTALL)
        if match is None:
            return line
        place, code, message = match.groups()
        shown = self.style(code, "yellow", stream=stream) if code else ""
        return f"{self.style(place, 'bold', stream=stream)}: {shown}{message}"

    def diff(self, lines: Iterable[bytes]) -> None:
        """Write a diff to stdout, in colour on a terminal only: in a pipe it must be a valid patch."""
        if self.has_color(sys.stdout):
            self.data(_colored(_visible(line)) for line in lines)
        elif sys.stdout.isatty():
            self.data(_visible(line) for line in lines)
        else:
            self.data(lines)

    def _safe(self, text: str, stream: TextIO) -> bytes:
        return (safe_text.terminal(text, colored=self.has_color(stream)) + "\n").encode()

    def _stderr(self, text: str) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stderr.buffer.write(self._safe(text, sys.stderr))
        sys.stderr.buffer.flush()


def _visible(line: bytes) -> bytes:
    # The sign of a diff is not part of what the file holds.
    return safe_text.lines(line.decode("utf-8", "surrogateescape").removesuffix("\n")).encode() + b"\n"


def _colored(line: bytes) -> bytes:
    for start, number in _DIFF.items():
        if line.startswith(start):
            return b"\x1b[%bm%b\x1b[0m\n" % (number, line.removesuffix(b"\n"))
    return line
