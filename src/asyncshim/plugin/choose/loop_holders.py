"""Other users of the loop of an ``event_loop`` override: modules that hold it, clean-up that waits for its tasks."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

_CONTAINERS = (dict, list, set, tuple)
_MOST_FUNCTIONS = 30


def is_held_by_module(loop: object, root: str, override: Any) -> bool:
    """Return whether a module below *root*, or that of *override*, holds *loop*; in a class, list or object, too."""
    namespaces = [getattr(getattr(override, "__func__", override), "__globals__", {})]
    namespaces += [vars(module) for module in list(sys.modules.values()) if _is_of_the_suite(module, root + os.sep)]
    return any(_holds(value, loop) for namespace in namespaces for value in list(namespace.values()))


def _is_of_the_suite(module: Any, root: str) -> bool:
    file = getattr(module, "__file__", None)
    if not isinstance(module, ModuleType) or not isinstance(file, str) or not file.startswith(root):
        return False
    return "site-packages" not in file[len(root) :]


def _holds(value: Any, loop: object) -> bool:
    if value is loop:
        return True
    if isinstance(value, _CONTAINERS):
        return any(inner is loop for inner in gc.get_referents(value))
    if isinstance(value, ModuleType | asyncio.AbstractEventLoop):
        return False
    attributes = getattr(value, "__dict__", None)
    return attributes is not None and any(inner is loop for inner in list(attributes.values()))


def waits_for_tasks(function: Any) -> bool:
    """Return whether the override, or a function of the suite that it calls, looks for tasks or lets time pass.

    It uses ``asyncio.all_tasks()``, or ``asyncio.sleep()`` as an argument of ``run_until_complete()``.
    """
    functions = [function]
    for present in functions:
        present = present.__func__ if isinstance(present, MethodType) else present  # noqa: PLW2901
        if not isinstance(present, FunctionType):
            continue
        names = set(_names(present.__code__))
        values = [present.__globals__.get(name) for name in names]
        if "all_tasks" in names or asyncio.all_tasks in values:
            return True
        if "run_until_complete" in names and ("sleep" in names or asyncio.sleep in values):
            return True
        modules = [value for value in values if isinstance(value, ModuleType) and value is not asyncio]
        values += [vars(module).get(name) for module in modules for name in names]
        new = [value for value in values if isinstance(value, FunctionType) and value not in functions]
        functions += new[: _MOST_FUNCTIONS - len(functions)]
    return False


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
