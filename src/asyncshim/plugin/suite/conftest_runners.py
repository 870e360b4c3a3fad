"""Conftest files whose hooks run coroutines themselves.

Such a hook is called after the wrappers of asyncshim. Below such a conftest the wrappers keep async functions; the
fallback hooks, which pytest calls after those of every conftest, run the remaining ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest

from asyncshim.history import DRIVING_NAMES, RUNNING_HOOKS

FALLBACK_HOOKS = "asyncshim-fallback"


def folders(config: pytest.Config, *, is_strict: bool) -> tuple[Path, ...]:
    """Return the folders of such conftest files. Unregister the fallback hooks in auto mode if there are none."""
    found = tuple(path.parent for path in conftests(config))
    if not found and not is_strict and config.pluginmanager.hasplugin(FALLBACK_HOOKS):
        config.pluginmanager.unregister(name=FALLBACK_HOOKS)  # pytest would call them for each fixture and test
    return found


def conftests(config: pytest.Config) -> Iterator[Path]:
    """Yield the loaded conftest files whose hooks use names that drive coroutines."""
    for plugin in config.pluginmanager.get_plugins():
        file = getattr(plugin, "__file__", None) or ""
        if not file.endswith("conftest.py"):
            continue
        codes = [getattr(getattr(plugin, name, None), "__code__", None) for name in RUNNING_HOOKS]
        if any(_names(code) & DRIVING_NAMES for code in codes if code is not None):
            yield Path(file)


def _names(code: CodeType) -> set[str]:
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _names(constant)
    return found
