"""A pytest plugin for runs of corpus cases: it writes the outcome of every test to a JSON file.

It runs under any pytest from 7.0 on, beside any async plugin, so it knows nothing of either.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

STATE: dict[str, str] = {}


def pytest_runtest_logreport(report: Any) -> None:
    outcome = outcome_of(report)
    if outcome == "error" or (outcome and STATE.get(report.nodeid) != "error"):
        STATE[report.nodeid] = outcome


def outcome_of(report: Any) -> str:
    """Return the outcome after one phase of a test, or an empty string if the phase does not decide it."""
    expected_to_fail = hasattr(report, "wasxfail")
    if report.when == "call":
        return {
            "passed": "xpassed" if expected_to_fail else "passed",
            "failed": "failed",
            "skipped": "xfailed" if expected_to_fail else "skipped",
        }[report.outcome]
    if report.outcome == "failed":
        return "error"
    if report.outcome == "skipped":
        return "xfailed" if expected_to_fail else "skipped"
    return ""


def pytest_collectreport(report: Any) -> None:
    if report.outcome == "failed":
        STATE[report.nodeid] = "collection error"


def pytest_sessionfinish(exitstatus: int) -> None:
    Path(os.environ["HOUSE_OUTCOMES"]).write_text(
        json.dumps({"exit": int(exitstatus), "tests": STATE}), encoding="utf-8"
    )
