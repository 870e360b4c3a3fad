"""Write to the terminal while a test runs."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest


def write_line(config: pytest.Config, text: str) -> None:
    """Write *text* to the terminal, although the output of the running test is captured."""
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    capture: Any = config.pluginmanager.getplugin("capturemanager")
    if reporter is None:  # in a worker of pytest-xdist
        return
    with contextlib.nullcontext() if capture is None else capture.global_and_fixture_disabled():
        reporter.ensure_newline()
        reporter.write_line(text)


def stop_capturing(config: pytest.Config) -> None:
    """Show output from now on, until pytest captures that of the next test."""
    capture: Any = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.suspend()
