"""The modules of the replacement for ``alt_pytest_asyncio``: each takes its names from a module beside this one."""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pytest

PACKAGE = "alt_pytest_asyncio"
ENABLE = f"{PACKAGE}.enable"
_SUBMODULES = ("base", "enable", "errors", "loop_manager", "machinery", "plugin", "protocols", "version")
_EXPORTED = {
    "Loop": "loop_manager",
    "OverrideLoop": "loop_manager",
    "VERSION": "version",
    "run_coro_as_main": "machinery",
}
_HERE = __name__.rpartition(".")[0]


class Module(ModuleType):
    """A module that looks its names up when they are used."""

    def __getattr__(self, name: str) -> Any:
        value = _find(self.__name__, name)
        if value is None:
            raise AttributeError(
                f"module {self.__name__!r} (provided by asyncshim) has no attribute {name!r}", name=name, obj=self
            )
        setattr(self, name, value)
        return value


def _find(module: str, name: str) -> object | None:
    if name.startswith("__"):
        return None
    if module != PACKAGE:
        value: object = getattr(importlib.import_module(f"{_HERE}.{module.rpartition('.')[2]}"), name, None)
        if value is None and module == f"{PACKAGE}.plugin" and name in {"Loop", "OverrideLoop"}:
            value = _find(PACKAGE, name)
        return value
    if name in _SUBMODULES:
        return importlib.import_module(f"{PACKAGE}.{name}")
    if name in _EXPORTED:
        exported: object = getattr(importlib.import_module(f"{_HERE}.{_EXPORTED[name]}"), name)
        return exported
    return None


class ModuleMaker:
    """Makes the modules."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return an empty module."""
        return Module(spec.name, "Replaces alt-pytest-asyncio; provided by asyncshim. PYTEST_DONT_REWRITE")

    def exec_module(self, module: ModuleType) -> None:
        """Fill a module that pytest may search for hooks and fixtures; other names are found when they are used."""
        name = module.__name__.rpartition(".")[2]
        if module.__name__ == PACKAGE:
            module.__dict__["__all__"] = (*_SUBMODULES, *_EXPORTED)
        elif name in {"enable", "plugin"}:
            names = vars(importlib.import_module(f"{_HERE}.{name}"))
            module.__dict__.update({key: value for key, value in names.items() if not key.startswith("_")})


def find_spec(name: str) -> ModuleSpec | None:
    """Return how to import the module *name* of the package; ``None`` if the package has no such module."""
    package, _, rest = name.partition(".")
    if package != PACKAGE or (rest and rest not in _SUBMODULES):
        return None
    loader: Any = ModuleMaker()
    return ModuleSpec(name, loader, origin="asyncshim", is_package=not rest)


class Place:
    """The entries of ``sys.modules`` during a session, and what was there before."""

    def __init__(self) -> None:
        self._before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == PACKAGE}

    def take(self, pluginmanager: pytest.PytestPluginManager) -> None:
        """Replace modules and plugins of an installed alt-pytest-asyncio that were loaded before asyncshim."""
        if not self._before or isinstance(self._before[PACKAGE], Module):
            return
        for name in self._before:
            del sys.modules[name]
        names: list[str] = []
        for name, plugin in list(pluginmanager.list_name_plugin()):
            if plugin in self._before.values():
                pluginmanager.unregister(plugin)
                names.append(name)
            elif type(plugin).__module__ == f"{PACKAGE}.plugin":
                pluginmanager.unregister(plugin)
                self._replace(plugin, pluginmanager)
        if ENABLE in names:
            pluginmanager.import_plugin(ENABLE)

    def _replace(self, plugin: Any, pluginmanager: pytest.PytestPluginManager) -> None:
        from asyncshim.plugin.takeover.alt.plugin import AltPytestAsyncioPlugin

        pluginmanager.register(AltPytestAsyncioPlugin(managed_loop=getattr(plugin, "_managed_loop", None)))

    def give_back(self) -> None:
        """Restore ``sys.modules``."""
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            if name not in self._before:
                del sys.modules[name]
        sys.modules.update(self._before)
