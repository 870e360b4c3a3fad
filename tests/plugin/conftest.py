"""Fixtures for the tests of the plugin."""

from __future__ import annotations

import pytest


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A pytest below this one: its tests run in the order in which they are written, with nobody else's settings."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:randomly -p no:cacheprovider")
    for name in ("ASYNCSHIM_RUNNER", "PYTHONASYNCIODEBUG", "PYTHONDEVMODE"):
        monkeypatch.delenv(name, raising=False)
    return pytester
