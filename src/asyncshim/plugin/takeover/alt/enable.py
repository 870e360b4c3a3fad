"""The plugin that enables alt-pytest-asyncio for a suite (``alt_pytest_asyncio.enable``)."""

from __future__ import annotations

import pytest

from asyncshim.plugin.suite.state import state_of
from asyncshim.plugin.takeover.alt.plugin import AltPytestAsyncioPlugin

NAME = "asyncshim-alt"
OURS = "asyncshim"


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Load asyncshim now, if a ``-p`` option came before it."""
    if not pluginmanager.is_blocked(OURS) and not pluginmanager.hasplugin(OURS):
        pluginmanager.load_setuptools_entrypoints("pytest11", name=OURS)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin object, unless the suite or the program did that, or ``-p no:asyncio`` forbids it."""
    manager = config.pluginmanager
    is_there = any(isinstance(plugin, AltPytestAsyncioPlugin) for plugin in manager.get_plugins())
    if not is_there and state_of(config) is not None:
        manager.register(AltPytestAsyncioPlugin(), NAME)
