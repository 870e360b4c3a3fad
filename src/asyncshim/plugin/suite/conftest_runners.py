"""Runners that a conftest.py drives by hand: what its hooks run they keep, what they leave is ours.

A hook that is no wrapper sees fixtures and tests only after our own wrappers. Below such a conftest these leave async
functions as they are, and :class:`Late`, which pytest asks after every conftest, takes what nobody wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

NAME = "asyncshim-late"
_RUNNING_HOOKS = ("pytest_fixture_setup", "pytest_pyfunc_call", "pytest_runtest_call")
_DRIVING = {"run_until_complete", "Runner", "iscoroutinefunction", "isasyncgenfunction"}


class Late:
    """Registered before any conftest, therefore asked after all of them, and before pytest itself."""

    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
        """Run the async fixtures that are left; in strict mode see to it that those which nobody runs are no error."""
        from asyncshim.plugin.lifecycle import shim_of
        from asyncshim.plugin.run import fixtures

        shim = shim_of(request.config)
        if shim is not None and (shim.defers or shim.mode == "strict"):
            fixtures.take_over(shim, fixturedef, request)

    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> None:
        """Run the async tests that are left."""
        from asyncshim.plugin.lifecycle import shim_of
        from asyncshim.plugin.run import tests

        shim = shim_of(pyfuncitem.config)
        if shim is None or not shim.defers:
            return
        function = tests.callable_for(shim, pyfuncitem, pyfuncitem.obj)
        if function is not None:
            pyfuncitem.obj = function


def folders(config: pytest.Config, *, is_strict: bool) -> list[Path]:
    """Where such conftest files stand, now that every one is loaded; without them, nobody need be late in auto mode."""
    found = [path.parent for path in conftests(config)]
    if not found and not is_strict and config.pluginmanager.hasplugin(NAME):
        config.pluginmanager.unregister(name=NAME)  # or it would be asked about each fixture and test
    return found


def conftests(config: pytest.Config) -> Iterator[Path]:
    """The loaded conftest files whose hooks look as if they drove coroutines."""
    for plugin in config.pluginmanager.get_plugins():
        file = getattr(plugin, "__file__", None) or ""
        if not file.endswith("conftest.py"):
            continue
        codes = [getattr(getattr(plugin, name, None), "__code__", None) for name in _RUNNING_HOOKS]
        if any(_names(code) & _DRIVING for code in codes if code is not None):
            yield Path(file)


def _names(code: CodeType) -> set[str]:
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _names(constant)
    return found
