"""Claim pytest-asyncio's name: for imports, as a plugin, as a required plugin, for marks on fixtures."""

from __future__ import annotations

import importlib.machinery
import sys
from typing import TYPE_CHECKING

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.compat.hook_names import HasOnlyHooks
from asyncshim.plugin.suite import options
from asyncshim.plugin.takeover import fixture_marks, replacement_module

if TYPE_CHECKING:
    from asyncshim.plugin.takeover.alt import modules

PLUGIN_NAME = "asyncio"  # what pytest-asyncio's entry point is called
NAME = "asyncshim-claim"
DISTRIBUTION = "pytest-asyncio"
ALT_PACKAGE = "alt_pytest_asyncio"
ALT_DISTRIBUTION = "alt-pytest-asyncio"

_present: list[Claim] = []  # of the sessions that have begun, one inside the other


class ModuleName(HasOnlyHooks):
    """Registered under the name of the module, which is registered as ``asyncio``: pytest refuses to do that twice."""


class AltFinder:
    """Finds the modules of alt-pytest-asyncio's replacement, before those of an installed one."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:  # noqa: ARG004
        """Return how to import *name*, if it is one of them."""
        if not name.startswith(ALT_PACKAGE):
            return None
        from asyncshim.plugin.takeover.alt import modules

        return modules.find_spec(name)


class Claim(HasOnlyHooks):
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
        self._alt_finder = AltFinder()
        self._alt_place: modules.Place | None = None

    def take(self, pluginmanager: pytest.PytestPluginManager) -> None:
        """Claim the name."""
        self._config = pluginmanager.get_plugin("pytestconfig")
        _present.append(self)
        if self._config is not None:
            self._config.add_cleanup(self.give_back)  # also when a conftest cannot be imported, before pytest_configure
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
        self._take_alt(pluginmanager)
        pytest_compat.satisfy_required_plugin(
            pluginmanager, self, DISTRIBUTION, replacement_module.version, is_installed=self.beside_installed
        )

    def _ignores_fixture_marks(self) -> bool:
        return self._config is not None and options.ignores_fixture_marks(self._config)

    def _take_alt(self, pluginmanager: pytest.PytestPluginManager) -> None:
        sys.meta_path.insert(0, self._alt_finder)
        if ALT_PACKAGE in sys.modules:
            self._place_of_alt().take(pluginmanager)
        pytest_compat.satisfy_required_plugin(
            pluginmanager, self._alt_finder, ALT_DISTRIBUTION, _alt_version, is_installed=False
        )

    def _place_of_alt(self) -> modules.Place:
        from asyncshim.plugin.takeover.alt.modules import Place

        self._alt_place = Place()
        return self._alt_place

    def _give_alt_back(self) -> None:
        if self._alt_finder in sys.meta_path:
            sys.meta_path.remove(self._alt_finder)
        if self._alt_place is not None:
            self._alt_place.give_back()
        else:
            for name in [name for name in sys.modules if name.startswith(ALT_PACKAGE)]:
                del sys.modules[name]

    @property
    def config(self) -> pytest.Config | None:
        """The configuration of the session."""
        return self._config

    def give_back(self) -> None:
        """Restore the process as it was."""
        if self in _present:
            _present.remove(self)
        self._give_alt_back()
        self.replacement.take_back()
        self.fixture_marks.end()


def _current_loop() -> object:
    """Return the loop that a program made current before it called ``pytest.main()``."""
    if "asyncio" not in sys.modules:
        return None
    from asyncshim.plugin.loops import loop_policy

    return loop_policy.current_loop()


def _alt_version() -> str:
    from asyncshim.plugin.takeover.alt.version import VERSION

    return VERSION


def present_config() -> pytest.Config | None:
    """Return the configuration of the innermost session."""
    return _present[-1].config if _present else None


def is_turned_off(config: pytest.Config) -> bool:
    """Return whether ``-p no:asyncio`` asks for no asyncio support, and no ``-p asyncshim`` for ours."""
    return config.pluginmanager.is_blocked(PLUGIN_NAME) and "asyncshim" not in (config.getoption("plugins", None) or ())
