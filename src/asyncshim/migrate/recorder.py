"""A pytest plugin that writes down what each test came to. It stands alone: it is copied into other environments.

One JSON object a line, so that a run that dies still tells what it saw.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Protocol

VARIABLE = "ASYNCSHIM_RECORD"


class _Item(Protocol):
    nodeid: str


class _Report(Protocol):
    nodeid: str
    when: str
    outcome: str
    wasxfail: str

    @property
    def longreprtext(self) -> str: ...


def pytest_runtest_logreport(report: _Report) -> None:
    """Note one phase of one test; under xdist the controller sees them all."""
    if os.environ.get("PYTEST_XDIST_WORKER") is not None:
        return
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xfailed" if outcome == "skipped" else "xpassed"
    elif outcome == "failed" and report.when != "call":
        outcome = "error"
    text = report.longreprtext if outcome in {"failed", "error"} else ""
    _write({"id": report.nodeid, "when": report.when, "outcome": outcome, "text": text[-4000:]})


def pytest_collectreport(report: _Report) -> None:
    """Note a file that could not be collected: its tests are missing without it."""
    if report.outcome == "failed":
        _write({"id": report.nodeid, "when": "collect", "outcome": "error", "text": report.longreprtext[-4000:]})


def pytest_collection_modifyitems(items: list[_Item]) -> None:
    """Note every test that was found, in the order of the files."""
    for item in items:
        _write({"id": item.nodeid, "when": "collected", "outcome": "collected", "text": ""})


def _write(record: dict[str, str]) -> None:
    with Path(os.environ[VARIABLE]).open("a", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(json.dumps(record) + "\n")
