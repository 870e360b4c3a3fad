"""The exit codes of the command line."""

from __future__ import annotations

DONE = 0
"""Nothing to do, or all uses rewritten, or a dry run."""
REMAINING = 1
"""A check found uses, or uses remain after `migrate`, or outcomes differ, or `doctor` found a problem."""
FAILED = 2
"""Wrong usage or configuration, a file that cannot be read, parsed or written, uncommitted changes."""
INTERRUPTED = 130
"""Interrupted by Ctrl-C; no file is half-written."""
READER_GONE = 141
"""The reader closed the pipe: the code of a program that SIGPIPE ends."""
