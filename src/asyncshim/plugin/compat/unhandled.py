"""Async tests that no plugin runs fail, even with ``xfail``, which is for tests that ran and failed.

Those of a plain ``unittest.TestCase``, which passes them, pass and are named if ``asyncshim_unawaited = warn``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from typing import Any, NoReturn

import pytest

NAME = "asyncshim-unhandled"
_MARK = "asyncshim_unawaited"  # an attribute of reports
_DROPPED = (
    "unittest.TestCase calls async tests without awaiting them, and no plugin ran this one: "
    "derive its class from unittest.IsolatedAsyncioTestCase"
)
_PASSED = (
    "{count} of unittest.TestCase ran nothing, because unittest does not await async tests; derive the class from "
    "unittest.IsolatedAsyncioTestCase (asyncshim_unawaited = warn):"
)
_UNAWAITED = pytest.StashKey[bool]()


class Reports:
    """Registered at the first such test."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the failure, whatever ``xfail`` says; name the tests that passed in the summary, with xdist too."""
        report = yield
        if call.when == "call" and item.stash.get(_UNAWAITED, False):
            report.__dict__[_MARK] = True
        if call.excinfo is not None and getattr(call.excinfo.value, "is_unhandled", False):
            report.outcome = "failed"
            report.__dict__.pop("wasxfail", None)
        return report


def refuse(item: pytest.Item, reason: str) -> NoReturn:
    """Fail *item*, which no plugin runs. Not a hidden frame: pytest would print a note about hidden ones."""
    raise _refusal(item, reason)


def _refusal(item: pytest.Item, reason: str, *, pytrace: bool = False) -> Any:
    _watch_reports(item)
    error: Any = pytest.fail.Exception(f"{item.nodeid}: {reason}", pytrace=pytrace)
    error.is_unhandled = True
    return error


def _watch_reports(item: pytest.Item) -> None:
    if not item.config.pluginmanager.hasplugin(NAME):
        item.config.pluginmanager.register(Reports(), NAME)


def watch_unittest(item: pytest.Function, *, is_error: bool) -> None:
    """Fail *item* if ``unittest`` drops the coroutine of its async test and passes it; only note it without *is_error*.

    Classes that await their tests override the method that drops coroutines, or replace the test function.
    """
    import unittest

    call: Any = getattr(getattr(item.parent, "obj", None), "_callTestMethod", None)
    drops: Any = getattr(unittest.TestCase, "_callTestMethod", None)
    if call is not None and call is drops:
        run = functools.partial(_run_watched, item, call) if is_error else functools.partial(_run_noting, item)
        item.runtest = run  # type: ignore[method-assign]


class _Watched:
    """Replaces a test method: ``unittest`` calls it and warns about it as if it were the method itself."""

    def __init__(self, item: pytest.Item, method: Callable[[], Any]) -> None:
        self._item = item
        self._method = method

    def __call__(self) -> object:
        result = self._method()
        if _is_unawaited(result):
            self._item.stash[_UNAWAITED] = True
            _watch_reports(self._item)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._method, name)

    def __repr__(self) -> str:
        return repr(self._method)


def _run_noting(item: pytest.Function) -> None:
    """Run *item* as pytest does; note whether it returned something that ``unittest`` does not await."""
    __tracebackhide__ = True
    testcase: Any = item.obj.__self__
    name: str = testcase._testMethodName
    setattr(testcase, name, _Watched(item, getattr(testcase, name)))
    type(item).runtest(item)


def _run_watched(item: pytest.Function, call: Callable[..., None]) -> None:
    __tracebackhide__ = True
    testcase: Any = item.obj.__self__
    dropped: list[Any] = []

    def call_watched(method: Callable[[], Any]) -> None:
        result = method()
        if _is_unawaited(result):
            dropped.append(result)
        else:
            call(testcase, lambda: result)

    testcase._callTestMethod = call_watched
    type(item).runtest(item)
    if dropped:
        _raise_at(dropped.pop(), _refusal(item, _DROPPED, pytrace=True))


def _is_unawaited(result: object) -> bool:
    return inspect.iscoroutine(result) or inspect.isasyncgen(result)


def _raise_at(unawaited: Any, error: BaseException) -> None:
    """Raise *error* at the first line of a coroutine or async generator, which has not begun and then ends."""
    __tracebackhide__ = True
    if inspect.iscoroutine(unawaited):
        unawaited.throw(error)
    else:
        unawaited.athrow(error).send(None)


def summary(reporter: pytest.TerminalReporter) -> None:
    """Name the async tests that passed without being run."""
    reports = [report for some in reporter.stats.values() for report in some if getattr(report, _MARK, False)]
    if reports:
        count = f"{len(reports)} async test{'s' if len(reports) > 1 else ''}"
        reporter.write_line(f"asyncshim: {_PASSED.format(count=count)}")
        for nodeid in sorted(report.nodeid for report in reports):
            reporter.write_line(f"  {nodeid}")
