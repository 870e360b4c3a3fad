"""Predicates of functions, tests and fixtures: which are async, and which asyncshim runs."""

from __future__ import annotations

import inspect
import sys
from types import FunctionType, MethodType
from typing import Any

import pytest

from asyncshim.history import OTHER_BACKEND_FIXTURES, OTHER_BACKEND_MARKS
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite import marks, wrapped_event_loop
from asyncshim.plugin.suite.state import State

_ASYNC_FLAGS = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_PLAIN_TYPES = (FunctionType, MethodType)
_TORNADO = frozenset({"pytest_tornasync", "pytest_tornado", "pytest_tornado5"})


def is_async(function: object) -> bool:
    """Return whether calling *function* gives a coroutine or an async generator."""
    code = getattr(function, "__code__", None)
    if code is not None and code.co_flags & _ASYNC_FLAGS:
        return True
    if isinstance(function, _PLAIN_TYPES) and "_is_coroutine_marker" not in function.__dict__:
        return False  # nor has inspect.markcoroutinefunction marked it
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def is_async_generator(function: object) -> bool:
    """Return whether calling *function* gives an async generator."""
    if isinstance(function, _PLAIN_TYPES):
        return bool(function.__code__.co_flags & inspect.CO_ASYNC_GENERATOR)
    return inspect.isasyncgenfunction(function)


def is_forced(function: object) -> bool:
    """Return whether ``@pytest_asyncio.fixture``, the replacement or the real one, made the fixture."""
    if type(function) is FunctionType:
        return bool(function.__dict__.get("_force_asyncio_fixture"))
    return bool(getattr(getattr(function, "__func__", function), "_force_asyncio_fixture", False))


def coroutine_function_of(function: Any) -> Any:
    """Return the async function of a test, below ``staticmethod`` and ``hypothesis.given``; else ``None``."""
    code = getattr(function, "__code__", None)
    if code is not None:
        if code.co_flags & _ASYNC_FLAGS:
            return function
        if type(function) in _PLAIN_TYPES and not function.__dict__:
            return None  # the usual synchronous test, without a decorator
    if isinstance(function, staticmethod):
        function = function.__func__
    if getattr(function, "is_hypothesis_test", False):
        function = getattr(getattr(function, "hypothesis", None), "inner_test", None)
    return function if is_async(function) else None


def is_made_by_decorator(function: object) -> bool:
    """Return whether a decorator put the synchronous *function* in the place of a test, which may be async.

    It has the test as ``__wrapped__``, or was defined inside another function.
    """
    return hasattr(function, "__wrapped__") or "<locals>" in getattr(function, "__qualname__", "")


def is_unmarked(found: list[pytest.Mark]) -> bool:
    """Return whether the suite has put none of the marks *found*."""
    return not found or (found[0] is marks.AUTOMATIC and len(found) == 1)


def is_async_test(state: State, item: object) -> bool:
    """Return whether *item* is an async test that asyncshim runs."""
    if not isinstance(item, pytest.Function) or pytest_compat.is_unittest(item):
        return False
    function = item.obj if item is not state.item or state.original is None else state.original
    return coroutine_function_of(function) is not None and is_claimed(state, item, marks.of(item))


def is_claimed(state: State, item: pytest.Function, found: list[pytest.Mark]) -> bool:
    """Return whether asyncshim runs the async test *item*, which has the marks *found*."""
    if state.mode == "strict":
        return marks.named(found, "asyncio") is not None
    return not is_foreign_test(item, found)


def is_foreign_test(item: pytest.Function, found: list[pytest.Mark]) -> bool:
    """Return whether another plugin runs the test: for one of the marks *found*, a decorator or a fixture."""
    if found and any(mark.name in OTHER_BACKEND_MARKS for mark in found):
        return True
    names = item.fixturenames
    if names:
        for name in OTHER_BACKEND_FIXTURES:
            if name in names:
                return True
    if "pytest_twisted" in sys.modules and hasattr(item.obj, "_pytest_twisted_mark"):
        return True
    return "io_loop" in names and not _TORNADO.isdisjoint(sys.modules)


def is_foreign_fixture(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> bool:
    """Return whether another plugin runs this async fixture for the test that requests it."""
    for name in OTHER_BACKEND_FIXTURES:
        if pytest_compat.is_requested(request, name):
            return True
    if "pytest_twisted" in sys.modules and hasattr(fixturedef.func, "_pytest_twisted_mark"):
        return True
    if "pytest_trio" not in sys.modules:
        return False
    item = pytest_compat.item_of(request)
    return hasattr(fixturedef.func, "_force_trio_fixture") or item.get_closest_marker("trio") is not None


def is_ours(fixturedef: pytest.FixtureDef[Any]) -> bool:
    """Return whether asyncshim or an installed pytest-asyncio provides the fixture, and no part of the suite."""
    module = getattr(fixturedef.func, "__module__", "") or ""
    return module.startswith(("asyncshim.", "pytest_asyncio.")) and not is_fresh_loop(fixturedef)


def is_fresh_loop(fixturedef: pytest.FixtureDef[Any]) -> bool:
    """Return whether a plugin that wraps ``event_loop`` gets the fixture: it counts as an override by the suite."""
    return getattr(fixturedef.func, "__module__", None) == wrapped_event_loop.__name__


def is_usual_fixture(fixturedef: pytest.FixtureDef[Any]) -> bool:
    """Return whether asyncshim has nothing to do at the set-up of a fixture: most are synchronous functions."""
    function = fixturedef.func
    return (
        type(function) is FunctionType
        and not function.__code__.co_flags & _ASYNC_FLAGS
        and not function.__dict__  # marked neither as a coroutine function nor by pytest_asyncio.fixture
        and fixturedef.scope == "function"
        and fixturedef.argname not in {"event_loop", "event_loop_policy"}
        and "event_loop" not in fixturedef.argnames
    )
