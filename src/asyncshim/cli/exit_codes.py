"""What the number at the end means; each means one thing."""

from __future__ import annotations

DONE = 0
"""Nothing to do, or all applied, or a dry run."""
LEFT = 1
"""A check found something, or work is left for a person, or outcomes differ."""
FAILED = 2
"""Wrong usage or configuration, or a file that could not be read, parsed or written."""
INTERRUPTED = 130
"""Ctrl-C."""
READER_GONE = 141
"""The other end of a pipe was closed, as for a program that SIGPIPE ends."""
