"""Failures of tests that have ended: what a controller of xdist does with those of its workers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from asyncshim.plugin.checks.late_reports import Late, Receiving, send

FAILURE = Late("test_it.py::test_it", ("test_it.py", 1, "test_it"), "text")


class Hook:
    def __init__(self) -> None:
        self.reports: list[pytest.TestReport] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.append(report)


def test_a_failure_is_reported_once_for_each_test_and_fails_the_session() -> None:
    hook = Hook()
    session: Any = SimpleNamespace(config=SimpleNamespace(hook=hook), exitstatus=pytest.ExitCode.OK)
    send(session, [FAILURE, FAILURE._replace(text="more")])
    (report,) = hook.reports
    assert (report.nodeid, report.when, report.outcome) == (FAILURE.nodeid, "teardown", "failed")
    assert report.longrepr == "text\nmore"
    assert session.exitstatus == pytest.ExitCode.TESTS_FAILED


def test_a_worker_sends_it_to_the_controller() -> None:
    output: dict[str, Any] = {}
    session: Any = SimpleNamespace(config=SimpleNamespace(workeroutput=output), exitstatus=0)
    send(session, [FAILURE])
    hook = Hook()
    config: Any = SimpleNamespace(hook=hook)
    Receiving(config).pytest_testnodedown(SimpleNamespace(workeroutput=output))
    assert [report.nodeid for report in hook.reports] == [FAILURE.nodeid]


def test_a_worker_that_has_crashed_sends_nothing() -> None:
    hook = Hook()
    config: Any = SimpleNamespace(hook=hook)
    Receiving(config).pytest_testnodedown(SimpleNamespace())
    assert not hook.reports
