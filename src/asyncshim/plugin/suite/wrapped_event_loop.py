"""Plugins that wrap the set-up of the built-in ``event_loop``, as looptime does to give a test virtual time.

They were made for 0.21 and before, where each test had a fresh loop of its own. With such a plugin each test gets such
a loop again: what the plugin changes (the class of the loop, its clock) must not affect the next test.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest

NAME = "asyncshim-function-loop"


class FunctionLoop:
    """The fixture that such a plugin wraps."""

    @pytest.fixture
    def event_loop(self) -> Iterator[Any]:
        """Yield a fresh loop for the test alone, as up to pytest-asyncio 0.21."""
        import asyncio

        loop = asyncio.new_event_loop()
        yield loop
        loop.close()


def provide(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the fixture if a plugin wraps ``event_loop``; called before pytest looks for fixtures in plugins."""
    if any(_wraps_event_loop(plugin) for plugin in pluginmanager.get_plugins()):
        pluginmanager.register(FunctionLoop(), NAME)


def _wraps_event_loop(plugin: object) -> bool:
    module = getattr(plugin, "__name__", None) or type(plugin).__module__
    if str(module).startswith(("asyncshim", "pytest_asyncio")):
        return False
    code = getattr(getattr(plugin, "pytest_fixture_setup", None), "__code__", None)
    return isinstance(code, CodeType) and "event_loop" in code.co_consts
