"""What ``import pytest_asyncio`` gives while asyncshim is loaded: a module in ``sys.modules``, nothing on disk."""

from __future__ import annotations

import functools
import importlib.machinery
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from asyncshim.history import NEWEST

PACKAGE = "pytest_asyncio"
PLUGIN = "pytest_asyncio.plugin"


def fixture(fixture_function: Callable[..., Any] | None = None, loop_scope: str | None = None, **kwargs: Any) -> Any:
    """``pytest_asyncio.fixture``, called or not: ``pytest.fixture`` that also claims the function for asyncio."""
    if fixture_function is None:
        return functools.partial(fixture, loop_scope=loop_scope, **kwargs)
    function: Any = getattr(fixture_function, "__func__", fixture_function)
    function._force_asyncio_fixture = True
    function._loop_scope = loop_scope
    return pytest.fixture(fixture_function, **kwargs)


def is_async_test(item: pytest.Item) -> bool:
    """Whether *item* is an async test that is run for asyncio."""
    from asyncshim.plugin.lifecycle import shim_of
    from asyncshim.plugin.run import tests

    shim = shim_of(item.config)
    return shim is not None and tests.is_async_test(shim, item)


class StandIn(ModuleType):
    """A module whose less common names are looked up when they are asked for."""

    def __getattr__(self, name: str) -> Any:
        from asyncshim.plugin.takeover import replacement_names

        if name == "__version__" and self.__name__ == PACKAGE:
            return version()
        if self.__name__ == PLUGIN and not name.startswith("__"):
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
    """The stand-in's place in ``sys.modules``, and what was there before."""

    def __init__(self) -> None:
        self._former: dict[str, ModuleType] | None = None

    def put(self) -> None:
        """Stand in; a session inside this one gets modules of its own, and keeps what it assigns to them."""
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

    def take_back(self) -> None:
        """Leave ``sys.modules`` as it was found."""
        if self._former is None:
            return
        for name in (PACKAGE, PLUGIN):
            sys.modules.pop(name, None)
        sys.modules.update(self._former)
        self._former = None


def version() -> str:
    """The installed pytest-asyncio's version, else the newest that we stand in for."""
    from importlib import metadata

    try:
        return metadata.version("pytest-asyncio")
    except metadata.PackageNotFoundError:
        return NEWEST


def _module(name: str, *, is_package: bool = False) -> StandIn:
    module = StandIn(name, "Stands in for pytest-asyncio; provided by asyncshim. PYTEST_DONT_REWRITE")
    spec = importlib.machinery.ModuleSpec(name, None, origin="asyncshim", is_package=is_package)
    module.__spec__ = spec
    if is_package:
        module.__path__ = []
    module.__package__ = PACKAGE
    return module
