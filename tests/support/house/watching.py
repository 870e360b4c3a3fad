"""What suites inside tests need to block the loop until the watchdog has seen it: no test depends on time."""

from __future__ import annotations

CONFTEST = """
import time
import pytest

class Watching:
    def __init__(self, config):
        self._config = config

    @property
    def dog(self):
        checks = self._config.pluginmanager.get_plugin("asyncshim-checks")
        return next(check.watchdog for check in checks._checks if hasattr(check, "watchdog"))

    def block(self):
        deadline = time.monotonic() + 60
        while not self.dog.slow.is_set() and time.monotonic() < deadline:
            time.sleep(0.02)

    def compute(self):
        deadline = time.monotonic() + 60
        while not self.dog.slow.is_set() and time.monotonic() < deadline:
            pass

    def block_unseen(self):
        seen, deadline = self.dog.looks + 40, time.monotonic() + 60
        while self.dog.looks < seen and time.monotonic() < deadline:
            time.sleep(0.001)

@pytest.fixture(scope="session")
def watching(pytestconfig):
    return Watching(pytestconfig)
"""
