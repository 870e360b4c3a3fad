"""Async tests that no plugin runs fail, even with ``xfail``, which is for tests that ran and failed."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from typing import Any, NoReturn

import pytest

NAME = "asyncshim-unhandled"
_DROPPED = (
    "unittest.TestCase calls async tests without awaiting them, and no plugin ran this one: "
    "derive its class from unittest.IsolatedAsyncioTestCase"
)


class Reports:
    """Registered at the first such test."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the failure, whatever ``xfail`` says."""
        report = yield
        if call.excinfo is not None and getattr(call.excinfo.value, "is_unhandled", False):
            report.outcome = "failed"
            report.__dict__.pop("wasxfail", None)
        return report


def refuse(item: pytest.Item, reason: str) -> NoReturn:
    """Fail *item*, which no plugin runs. Not a hidden frame: pytest would print a note about hidden ones."""
    if not item.config.pluginmanager.hasplugin(NAME):
        item.config.pluginmanager.register(Reports(), NAME)
    error: Any = pytest.fail.Exception(f"{item.nodeid}: {reason}", pytrace=False)
    error.is_unhandled = True
    raise error


def watch_unittest(item: pytest.Function) -> None:
    """Fail *item* if ``unittest`` drops the coroutine of its async test and passes it.

    Classes that await their tests override the method that drops coroutines, or replace the test function.
    """
    import unittest

    call: Any = getattr(getattr(item.parent, "obj", None), "_callTestMethod", None)
    drops: Any = getattr(unittest.TestCase, "_callTestMethod", None)
    if call is not None and call is drops:
        item.runtest = functools.partial(_run_watched, item, call)  # type: ignore[method-assign]


def _run_watched(item: pytest.Function, call: Callable[..., None]) -> None:
    __tracebackhide__ = True
    testcase: Any = item.obj.__self__
    dropped: list[object] = []

    def call_watched(method: Callable[[], Any]) -> None:
        result = method()
        if not inspect.iscoroutine(result) and not inspect.isasyncgen(result):
            call(testcase, lambda: result)
            return
        dropped.append(result)
        if inspect.iscoroutine(result):
            result.close()

    testcase._callTestMethod = call_watched
    type(item).runtest(item)
    if dropped:
        refuse(item, _DROPPED)
