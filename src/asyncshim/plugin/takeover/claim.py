"""Living beside others: pytest-asyncio's place is taken, every other async plugin keeps its own tests and fixtures."""

from __future__ import annotations

import importlib.machinery
import os
import sys
from typing import Any

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite import conftest_runners, wrapped_event_loop
from asyncshim.plugin.takeover import fixture_marks, replacement_module

PLUGIN_NAME = "asyncio"  # what pytest-asyncio's entry point is called
PLACE = "asyncshim-place"
DISTRIBUTION = "pytest-asyncio"
_FOREIGN_MARKS = ("anyio", "trio", "twisted", "gen_test")
_TORNADO = frozenset({"pytest_tornasync", "pytest_tornado", "pytest_tornado5"})


class Name:
    """Registered under pytest-asyncio's plugin name, so that ``hasplugin("asyncio")`` stays true."""


class Place:
    """What asyncshim occupies in the process while pytest runs.

    pytest skips the entry point of an installed pytest-asyncio that loads after us, because the name is taken; one that
    was loaded before us is unregistered. Entry points load in file-system order, so both happen.
    """

    def __init__(self) -> None:
        self.beside_installed = importlib.machinery.PathFinder.find_spec(replacement_module.PACKAGE) is not None
        self.stand_in = replacement_module.Installation()
        self.fixture_marks = fixture_marks.Tolerance()
        self.loop_of_caller = _current_loop()

    def take(self, pluginmanager: pytest.PytestPluginManager) -> None:
        """Stand where pytest-asyncio would."""
        real = pluginmanager.get_plugin(PLUGIN_NAME)
        if real is not None:
            pluginmanager.unregister(real)
        pluginmanager.register(self, PLACE)
        if not pluginmanager.is_blocked(PLUGIN_NAME):
            pluginmanager.register(Name(), PLUGIN_NAME)
        pluginmanager.register(conftest_runners.Late(), conftest_runners.NAME)
        self.stand_in.put()
        self.fixture_marks.begin()
        pytest_compat.satisfy_required_plugin(
            pluginmanager, self, DISTRIBUTION, replacement_module.version, is_installed=self.beside_installed
        )

    def give_back(self) -> None:
        """Leave the process as it was."""
        self.stand_in.take_back()
        self.fixture_marks.end()


def _current_loop() -> object:
    """The loop that a program made current before it called ``pytest.main()``."""
    if "asyncio" not in sys.modules:
        return None
    from asyncshim.plugin.loops import loop_policy

    return loop_policy.current_loop()


def is_turned_off(config: pytest.Config) -> bool:
    """Whether ``-p no:asyncio`` asks for no asyncio support, and no ``-p asyncshim`` for ours."""
    return config.pluginmanager.is_blocked(PLUGIN_NAME) and "asyncshim" not in (config.getoption("plugins", None) or ())


def is_ours(fixturedef: pytest.FixtureDef[Any]) -> bool:
    """Whether asyncshim itself, or an installed pytest-asyncio, provides the fixture; not in a suite's place."""
    if wrapped_event_loop.is_substitute(fixturedef):
        return False
    module = getattr(fixturedef.func, "__module__", "") or ""
    return module.startswith(("asyncshim.", "pytest_asyncio."))


def is_foreign_test(item: pytest.Function, found: list[pytest.Mark]) -> bool:
    """Whether another plugin claims the test: by one of the marks *found*, a decorator, or a fixture of its own."""
    if found and any(mark.name in _FOREIGN_MARKS for mark in found):
        return True
    names = item.fixturenames
    if "anyio_backend" in names:
        return True
    if "pytest_twisted" in sys.modules and hasattr(item.obj, "_pytest_twisted_mark"):
        return True
    return "io_loop" in names and not _TORNADO.isdisjoint(sys.modules)


def is_foreign_fixture(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> bool:
    """Whether another plugin runs this async fixture for the test that requests it."""
    if pytest_compat.is_requested(request, "anyio_backend"):
        return True
    if "pytest_twisted" in sys.modules and hasattr(fixturedef.func, "_pytest_twisted_mark"):
        return True
    if "pytest_trio" not in sys.modules:
        return False
    item = pytest_compat.item_of(request)
    return hasattr(fixturedef.func, "_force_trio_fixture") or item.get_closest_marker("trio") is not None


def notes(config: pytest.Config) -> list[str]:
    """What the reader of the header should know about who else is there."""
    found: list[str] = []
    place = config.pluginmanager.get_plugin(PLACE)
    if place is not None and place.beside_installed:
        found.append("takes over from the installed pytest-asyncio")
    paths = conftest_runners.conftests(config)
    found += (f"{os.path.relpath(path, config.rootpath)} runs coroutines by hand" for path in paths)
    return found
