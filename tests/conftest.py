"""Fixtures for the whole test suite."""

from __future__ import annotations

import signal

pytest_plugins = ["pytester"]


def pytest_configure() -> None:
    # What a shell starts in the background ignores Ctrl-C, and so does all that it starts in turn; tests send it to
    # themselves and to others, and mean it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
