"""What takes part in the call of a test besides pytest: plugins, conftest files, items of other classes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite import marks
from asyncshim.plugin.suite.predicates import coroutine_function_of


def has_foreign_hooks(hook: Any) -> bool:
    """Return whether a conftest or a plugin that is neither pytest's nor ours implements *hook*."""
    modules = (getattr(implementation.function, "__module__", None) for implementation in hook.get_hookimpls())
    return any(not str(module).startswith(("_pytest.", "asyncshim.")) for module in modules)


def exist(session: pytest.Session) -> bool:
    """Return whether other code than pytest's may look at a test function when it is called, or replace it."""
    hook = session.config.hook
    hooks = (hook.pytest_pyfunc_call, hook.pytest_runtest_call, hook.pytest_fixture_setup)
    if "greenlet" in sys.modules or session.config.getoption("trace", None) or any(map(has_foreign_hooks, hooks)):
        return True
    return not all(map(_is_called_by_pytest, session.items))


def leave_items_alone(session: pytest.Session) -> bool:
    """Return whether no test requests ``event_loop``, and nobody can change that before the test is set up."""
    hook = session.config.hook
    hooks = (hook.pytest_runtest_protocol, hook.pytest_runtest_setup)
    if "pytest_bdd" in sys.modules or any(map(has_foreign_hooks, hooks)):
        return False
    return all("event_loop" not in pytest_compat.fixture_names(item) for item in session.items)


def _is_called_by_pytest(item: pytest.Item) -> bool:
    is_usual = type(item) is pytest.Function and "runtest" not in item.__dict__
    return is_usual or not isinstance(item, pytest.Function) or pytest_compat.is_unittest(item)


def any_async(collected: Iterable[pytest.Item]) -> bool:
    """Return whether there is an async test, whichever plugin runs it, or one that is marked as such."""
    parent: object = None
    for item in collected:
        if not isinstance(item, pytest.Function):
            continue
        if coroutine_function_of(item.obj) is not None or marks.named(item.own_markers, "asyncio") is not None:
            return True
        if item.parent is not parent:
            parent = item.parent
            if item.parent is not None and marks.named(marks.of(item.parent), "asyncio") is not None:
                return True
    return False
