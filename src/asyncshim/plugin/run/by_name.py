"""Which tests may call ``request.getfixturevalue()`` in a coroutine: only these run in greenlets."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from asyncshim.plugin.compat import pytest_compat


def drive(item: pytest.Function, coroutine: Any) -> Any:
    """Prepare the coroutine of a test to wait for async fixtures, if it can have got a ``request``."""
    if not _may_ask(item):
        return coroutine
    from asyncshim.plugin.loops.greenlet_coroutines import driven

    return driven(coroutine)


def _may_ask(item: pytest.Function) -> bool:
    """Return whether the test, or a fixture of it that no installed plugin has, has the argument ``request``."""
    if "request" in pytest_compat.argument_names(item):
        return True
    installed = _installed(item.config)
    return any(
        "request" in found.argnames and _package(found.func) not in installed
        for definitions in pytest_compat.fixtures_of(item).values()
        for found in definitions
    )


@functools.lru_cache(maxsize=1)
def _installed(config: pytest.Config) -> set[str]:
    """Return the packages of pytest and of installed plugins, such as pytest-django: they hand no ``request`` on."""
    plugins = (getattr(plugin, "__name__", "") for plugin, _ in config.pluginmanager.list_plugin_distinfo())
    return {"_pytest", *(name.partition(".")[0] for name in plugins)}


def _package(function: object) -> str:
    return str(getattr(function, "__module__", "")).partition(".")[0]
