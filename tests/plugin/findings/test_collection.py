"""The findings of a session."""

from __future__ import annotations

import pytest

from asyncshim.plugin.findings import collection
from asyncshim.plugin.findings.accepted import Accepted
from asyncshim.plugin.findings.collection import Findings
from asyncshim.plugin.findings.model import RuntimeFinding

LEAK = RuntimeFinding("task", "a.py::t", "f", "a.py:3", "the task")


def test_equal_findings_are_one_group() -> None:
    findings = Findings()
    for _ in range(5_000):
        findings.note(LEAK)
    assert [(group.first, group.count) for group in findings.groups.values()] == [(LEAK, 5_000)]


def test_without_a_baseline_each_finding_is_new_and_its_producer_decides() -> None:
    findings = Findings()
    assert findings.note(LEAK)
    assert [findings.judge(LEAK, reaction) for reaction in ("ignore", "warn", "error")] == ["ignore", "warn", "error"]
    assert not findings.fails_new


@pytest.mark.parametrize("reaction", ["ignore", "warn", "error"])
def test_an_accepted_finding_is_ignored_and_a_new_one_is_an_error(reaction: str) -> None:
    findings = Findings(Accepted({("a.py::t", "task: f"): 1}))
    assert [findings.judge(LEAK, reaction) for _ in range(2)] == ["ignore", "error"]
    assert findings.new == 1
    assert findings.fails_new


def test_a_baseline_that_is_being_made_accepts_everything() -> None:
    findings = Findings(Accepted({}), accepts_all=True)
    assert findings.judge(LEAK, "error") == "ignore"
    assert findings.new == 0
    assert not findings.fails_new


def test_memory_is_bounded_and_what_is_left_out_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "MOST_GROUPS", 10)
    findings = Findings()
    for number in range(25):
        findings.note(RuntimeFinding("task", f"a.py::t{number}", "f", "a.py:3", ""))
    assert (len(findings.groups), findings.omitted, findings.kinds) == (10, {"task": 15}, {"task": 25})
