"""Load asyncshim when an installed plugin that pytest loads before it imports ``pytest_asyncio``, which is missing.

pytest loads installed plugins in the order in which the file system lists their distributions. The distribution's file
``asyncshim_early.pth`` adds a finder behind all others, which is asked for missing modules: for this one, in a process
that has imported pytest, and for alt-pytest-asyncio's, in any process, it calls :func:`find_spec`.
"""

from __future__ import annotations

import inspect
import os
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

NAME = "pytest_asyncio"
OURS = "asyncshim"
GROUP = "pytest11"
_LOADS_PLUGINS = {("load_setuptools_entrypoints", "pluggy._manager"), ("import_plugin", "_pytest.config")}
_TOO_EARLY = (
    "No module named 'pytest_asyncio': asyncshim provides it, but is not loaded yet; put `-p asyncshim` before the "
    "option that loads this plugin"
)


class _Loader:
    """Gives the module that asyncshim has put into ``sys.modules``."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def create_module(self, spec: ModuleSpec) -> ModuleType:  # noqa: ARG002
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: the module is complete."""


def find_spec(name: str = NAME) -> ModuleSpec | None:
    """Return how to import the replacement module; ``None`` unless pytest is loading plugins, and may load ours.

    alt-pytest-asyncio's modules are found always: programs import them before they call ``pytest.main()``.
    Raises :class:`ModuleNotFoundError`, which says what to do, if pytest loads only the plugins that it is given.
    """
    if name != NAME:
        from asyncshim.plugin.takeover.alt import modules

        return modules.find_spec(name)
    manager = _loading_manager()
    if manager is None or manager.is_blocked(OURS) or manager.hasplugin(OURS):
        return None
    if os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        raise ModuleNotFoundError(_TOO_EARLY, name=NAME)
    manager.load_setuptools_entrypoints(GROUP, name=OURS)
    module = sys.modules.get(NAME)
    spec = None if module is None else module.__spec__
    if module is not None and spec is not None:
        loader: Any = _Loader(module)
        spec.loader = loader
    return spec  # the module's own: the import system, which finds the module now, uses no other


def _loading_manager() -> Any:
    """Return pytest's plugin manager while it loads plugins; ``None`` at any other import."""
    frame = inspect.currentframe()
    while frame is not None:
        if (frame.f_code.co_name, frame.f_globals.get("__name__")) in _LOADS_PLUGINS:
            return frame.f_locals.get("self")
        frame = frame.f_back
    return None
