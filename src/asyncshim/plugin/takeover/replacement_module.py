"""The replacement module for ``pytest_asyncio``: it is put into ``sys.modules`` while asyncshim is loaded."""

from __future__ import annotations

import functools
import importlib.machinery
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from asyncshim.history import NEWEST
from asyncshim.plugin.suite import predicates
from asyncshim.plugin.suite.state import state_of

PACKAGE = "pytest_asyncio"
PLUGIN = "pytest_asyncio.plugin"


def fixture(fixture_function: Callable[..., Any] | None = None, loop_scope: str | None = None, **kwargs: Any) -> Any:
    """Apply ``pytest_asyncio.fixture``, called or not: ``pytest.fixture`` that also claims the function for asyncio."""
    if fixture_function is None:
        return functools.partial(fixture, loop_scope=loop_scope, **kwargs)
    function: Any = getattr(fixture_function, "__func__", fixture_function)
    function._force_asyncio_fixture = True
    function._loop_scope = loop_scope
    return pytest.fixture(fixture_function, **kwargs)


def is_async_test(item: pytest.Item) -> bool:
    """Return whether *item* is an async test that runs on asyncio."""
    state = state_of(item.config)
    return state is not None and predicates.is_async_test(state, item)


class ReplacementModule(ModuleType):
    """A module whose less common names are looked up when they are used."""

    def __getattr__(self, name: str) -> Any:
        if name == "__version__" and self.__name__ == PACKAGE:
            return version()
        if self.__name__ == PLUGIN and not name.startswith("__") and name != "pytest_plugins":  # which pytest looks for
            from asyncshim.plugin.takeover import replacement_names

            value = replacement_names.find(name)
            if value is not None:
                setattr(self, name, value)
                return value
        raise AttributeError(
            f"module {self.__name__!r} (provided by asyncshim) has no attribute {name!r}",
            name=name,
            obj=self,
        )


class Installation:
    """The entries of ``sys.modules``, and what was there before."""

    def __init__(self) -> None:
        self._former: dict[str, ModuleType] | None = None
        self.plugin: ModuleType | None = None

    def put(self) -> None:
        """Put new modules there: a session inside this one gets its own, and keeps what it assigns to them."""
        self._former = {name: sys.modules[name] for name in (PACKAGE, PLUGIN) if name in sys.modules}
        package, plugin = _module(PACKAGE, is_package=True), _module(PLUGIN)
        package.__dict__.update(
            __all__=("fixture", "is_async_test"),
            fixture=fixture,
            is_async_test=is_async_test,
            plugin=plugin,
        )
        plugin.__dict__.update(fixture=fixture, is_async_test=is_async_test)
        sys.modules[PACKAGE], sys.modules[PLUGIN] = package, plugin
        self.plugin = plugin

    def show(self, fixtures: dict[str, object]) -> None:
        """Let ``dir()`` of the plugin's module list *fixtures*; pytest, which knows them already, has searched it."""
        if self.plugin is not None:
            self.plugin.__dict__.update(fixtures)

    def take_back(self) -> None:
        """Restore ``sys.modules``."""
        if self._former is None:
            return
        for name in (PACKAGE, PLUGIN):
            sys.modules.pop(name, None)
        sys.modules.update(self._former)
        self._former = None


def version() -> str:
    """Return the installed pytest-asyncio's version, else the newest release that asyncshim replaces."""
    from importlib import metadata

    try:
        return metadata.version("pytest-asyncio")
    except metadata.PackageNotFoundError:
        return NEWEST


def _module(name: str, *, is_package: bool = False) -> ReplacementModule:
    module = ReplacementModule(name, "Replaces pytest-asyncio; provided by asyncshim. PYTEST_DONT_REWRITE")
    spec = importlib.machinery.ModuleSpec(name, None, origin="asyncshim", is_package=is_package)
    module.__spec__ = spec
    if is_package:
        module.__path__ = []
    module.__package__ = PACKAGE
    return module
