"""The entry point called ``pytest_asyncio``, which is what ``-p pytest_asyncio`` finds, with or without pytest-asyncio.

pytest handles ``-p`` before it loads installed plugins, and looks for an entry point of that name before it looks for a
module. Importing this file has no effect.
"""

from __future__ import annotations

import pytest

NAME = "pytest_asyncio"
OURS = "asyncshim"


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Load asyncshim now, unless ``-p no:asyncshim`` forbids it."""
    if not pluginmanager.is_blocked(OURS):
        pluginmanager.load_setuptools_entrypoints("pytest11", name=OURS)


def pytest_configure(config: pytest.Config) -> None:
    """If asyncshim is blocked, load the real module, or raise pytest's error if it is missing."""
    pluginmanager = config.pluginmanager
    if not pluginmanager.is_blocked(OURS):
        return
    pluginmanager.unregister(name=NAME)
    if NAME in (config.getoption("plugins", None) or ()):
        try:
            pluginmanager.import_plugin(NAME)
        except ImportError as error:  # before 9.2, pytest does not make a usage error of it
            raise pytest.UsageError(str(error)) from error
