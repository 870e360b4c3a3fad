"""A pytest plugin that records the outcome of each test. It has no dependencies: it is copied to other environments.

It writes one JSON object on each line, so that the record is readable after a crash.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

VARIABLE = "ASYNCSHIM_RECORD"


class _Item(Protocol):
    nodeid: str


class _Config(Protocol):
    rootpath: Path


class _Session(Protocol):
    config: _Config
    items: Sequence[_Item]
    exitstatus: int


class _ExceptionInfo(Protocol):
    value: BaseException


class _Report(Protocol):
    nodeid: str
    when: str
    outcome: str

    @property
    def longreprtext(self) -> str: ...


_sessions: list[_Session] = []


def pytest_sessionstart(session: _Session) -> None:
    """Record the folder that node ids are relative to."""
    _sessions.append(session)
    _write(str(session.config.rootpath), "root")


def pytest_collection_finish(session: _Session) -> None:
    """Record every selected test, in order."""
    for item in session.items:
        _write(item.nodeid, "collected", "collected")


def pytest_collectreport(report: _Report) -> None:
    """Record a file that could not be collected."""
    if report.outcome == "failed":
        _write(report.nodeid, "collect", "error", report.longreprtext)


def pytest_runtest_logreport(report: _Report) -> None:
    """Record one phase of one test; with pytest-xdist the controller gets all reports."""
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xfailed" if outcome == "skipped" else "xpassed"
    elif outcome == "failed" and report.when != "call":
        outcome = "error"
    _write(report.nodeid, report.when, outcome, report.longreprtext if outcome in {"failed", "error"} else "")


def pytest_internalerror(excinfo: _ExceptionInfo) -> None:
    """Record a crash of pytest or of a plugin."""
    _write("", "internal error", text=f"{type(excinfo.value).__name__}: {excinfo.value}")


def pytest_keyboard_interrupt(excinfo: _ExceptionInfo) -> None:
    """Record that the run was stopped: by Ctrl-C, ``pytest.exit()``, or pytest itself."""
    _write("", "interrupted", text=str(excinfo.value) or type(excinfo.value).__name__)


def pytest_unconfigure() -> None:
    """Record the exit code of a session that ended; a process that dies before has no such record."""
    while _sessions:
        _write("", "end", str(int(_sessions.pop().exitstatus)))


def _write(test: str, when: str, outcome: str = "", text: str = "") -> None:
    if os.environ.get("PYTEST_XDIST_WORKER") is not None:
        return
    record = {"id": test, "when": when, "outcome": outcome, "text": text[-4000:]}
    with Path(os.environ[VARIABLE]).open("a", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(json.dumps(record) + "\n")
