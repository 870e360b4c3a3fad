"""Plugins that look inside pytest-asyncio, as looptime 0.3 and later do to give a test virtual time.

They wait for the set-up of the fixtures ``_function_scoped_runner`` … (``_function_event_loop`` … before
pytest-asyncio 1.1), which they find in the module that is registered as ``asyncio``. With such a plugin every Runner is
announced: the fixture of its scope is set up before its loop is used.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

import pytest

SCOPES = ("session", "package", "module", "class", "function")
POLICY_FIXTURE = "event_loop_policy"
_MARKS_AND_OPTIONS = {"looptime": "looptime"}  # of plugins that leave the loop of most tests as it is


def exist(config: pytest.Config) -> bool:
    """Return whether a plugin or a conftest asks for the module, or for the fixtures by name."""
    return any(
        _looks_inside(implementation.function) for implementation in config.hook.pytest_fixture_setup.get_hookimpls()
    )


def name_of_runner(scope: str) -> str:
    """Return the name of the fixture that is the Runner of a scope, since pytest-asyncio 1.1."""
    return f"_{scope}_scoped_runner"


def needs_own_loop(item: pytest.Item) -> bool:
    """Return whether the plugins may change the loop of *item*, a test of function loop scope.

    Some say by a mark or an option which tests these are; with any other plugin, it is every test.
    """
    known = [
        (mark, option)
        for mark, option in _MARKS_AND_OPTIONS.items()
        if item.config.pluginmanager.hasplugin(f"{mark}_plugin")
    ]
    if not known:
        return True
    return any(item.config.getoption(option, None) or item.get_closest_marker(mark) for mark, option in known)


def _looks_inside(hook: object) -> bool:
    function = getattr(hook, "__func__", hook)
    if not isinstance(function, FunctionType) or function.__module__.startswith(
        ("asyncshim.", "pytest_asyncio", "_pytest.")
    ):
        return False
    return any(_asks(code) for code in _codes(function))


@functools.cache
def _names_of_fixtures() -> frozenset[str]:
    names = (name for scope in SCOPES for name in (name_of_runner(scope), f"_{scope}_event_loop"))
    return frozenset(names)


def _asks(code: CodeType) -> bool:
    constants = {constant for constant in code.co_consts if isinstance(constant, str)}
    if not _names_of_fixtures().isdisjoint(constants) or "_scoped_runner" in constants:
        return True
    return "asyncio" in constants and not {"getplugin", "get_plugin"}.isdisjoint(code.co_names)


def _codes(function: FunctionType) -> Iterator[CodeType]:
    """Yield the code of *function* and of the functions of its module that it calls."""
    module: dict[str, Any] = function.__globals__
    found: dict[CodeType, None] = {function.__code__: None}
    waiting = [function.__code__]
    while waiting:
        code = waiting.pop()
        yield code
        inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        called = (module.get(name) for name in code.co_names)
        inner += [other.__code__ for other in called if isinstance(other, FunctionType) and other.__globals__ is module]
        waiting += (other for other in inner if other not in found)
        found.update(dict.fromkeys(inner))
