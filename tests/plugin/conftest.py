"""Fixtures for the tests of the plugin."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest

from house.foreign import Installer

OURS = {"asyncshim", "pytest_asyncio"}


@pytest.fixture(scope="session")
def _others() -> list[str]:
    """Plugins that would only cost time: a test that wants one says ``-p NAME``."""
    return sorted({f"-p no:{entry.name}" for entry in entry_points(group="pytest11") if entry.name not in OURS})


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, _others: list[str]) -> pytest.Pytester:
    """A pytest below this one: its tests run in the order in which they are written, with nobody else's settings."""
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(["-p no:cacheprovider", *_others]))
    for name in ("ASYNCSHIM_RUNNER", "PYTHONASYNCIODEBUG", "PYTHONDEVMODE"):
        monkeypatch.delenv(name, raising=False)
    return pytester


@pytest.fixture(scope="session")
def installer(tmp_path_factory: pytest.TempPathFactory) -> Installer:
    """Other people's plugins."""
    return Installer(tmp_path_factory.mktemp("foreign"))
