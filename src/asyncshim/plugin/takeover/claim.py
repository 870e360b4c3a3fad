"""Claim pytest-asyncio's name: for imports, as a plugin, as a required plugin, for marks on fixtures."""

from __future__ import annotations

import importlib.machinery
import sys

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite import options
from asyncshim.plugin.takeover import fixture_marks, replacement_module

PLUGIN_NAME = "asyncio"  # what pytest-asyncio's entry point is called
NAME = "asyncshim-claim"
DISTRIBUTION = "pytest-asyncio"


class ModuleName:
    """Registered under the name of the module, which is registered as ``asyncio``: pytest refuses to do that twice."""


class Claim:
    """The claim of pytest-asyncio's name while pytest runs.

    pytest skips the entry point of an installed pytest-asyncio that loads later, because the name is taken; an earlier
    one is unregistered. Entry points load in file-system order, so both cases occur.
    """

    def __init__(self) -> None:
        self.beside_installed = importlib.machinery.PathFinder.find_spec(replacement_module.PACKAGE) is not None
        self.replacement = replacement_module.Installation()
        self._config: pytest.Config | None = None
        self.fixture_marks = fixture_marks.Tolerance(self._ignores_fixture_marks)
        self.loop_of_caller = _current_loop()

    def take(self, pluginmanager: pytest.PytestPluginManager) -> None:
        """Claim the name."""
        self._config = pluginmanager.get_plugin("pytestconfig")
        real = pluginmanager.get_plugin(PLUGIN_NAME)
        if real is not None:
            pluginmanager.unregister(real)
        pluginmanager.register(self, NAME)
        self.replacement.put()
        if not pluginmanager.is_blocked(PLUGIN_NAME):  # the module, as plugins expect it
            pluginmanager.register(self.replacement.plugin, PLUGIN_NAME)
            if not pluginmanager.hasplugin(replacement_module.PLUGIN):
                pluginmanager.register(ModuleName(), replacement_module.PLUGIN)  # for `-p pytest_asyncio.plugin`
        self.fixture_marks.begin()
        pytest_compat.satisfy_required_plugin(
            pluginmanager, self, DISTRIBUTION, replacement_module.version, is_installed=self.beside_installed
        )

    def _ignores_fixture_marks(self) -> bool:
        return self._config is not None and options.ignores_fixture_marks(self._config)

    def give_back(self) -> None:
        """Restore the process as it was."""
        self.replacement.take_back()
        self.fixture_marks.end()


def _current_loop() -> object:
    """Return the loop that a program made current before it called ``pytest.main()``."""
    if "asyncio" not in sys.modules:
        return None
    from asyncshim.plugin.loops import loop_policy

    return loop_policy.current_loop()


def is_turned_off(config: pytest.Config) -> bool:
    """Return whether ``-p no:asyncio`` asks for no asyncio support, and no ``-p asyncshim`` for ours."""
    return config.pluginmanager.is_blocked(PLUGIN_NAME) and "asyncshim" not in (config.getoption("plugins", None) or ())
