"""What workers tell the controller."""

from __future__ import annotations

import json

from asyncshim.plugin.findings.accepted import Accepted
from asyncshim.plugin.findings.collection import Findings
from asyncshim.plugin.findings.course import Course
from asyncshim.plugin.findings.exchange import dumped, merge
from asyncshim.plugin.findings.model import LEGACY_USE, RuntimeFinding

LEAK = RuntimeFinding("task", "a.py::t", "f", "a.py:3", "caf\u00e9 \udcff")
WIDE = RuntimeFinding("task", "a.py::t", "f", "a.py:3", "", "session")
USES = [RuntimeFinding(LEGACY_USE, "conftest.py", "ASH201", f"conftest.py:{line}", "") for line in (1, 2, 3)]


def worker(*found: RuntimeFinding, allowed: int = 0) -> str:
    entries = {(one.test, one.use): allowed for one in (LEAK, WIDE, USES[0])}
    findings = Findings(Accepted(entries))
    for one in found:
        findings.note(one)
    course = Course(["a.py::t", "b.py::t"])
    course.collected([])
    return dumped(findings, course)


def test_findings_of_workers_are_added_and_their_text_is_ascii() -> None:
    text = worker(LEAK, LEAK, allowed=1)
    assert text.isascii()
    findings = Findings(Accepted({}))
    merge(text, findings, None)
    group = next(iter(findings.groups.values()))
    assert (group.first, group.count, group.new, findings.new) == (LEAK, 2, 1, 1)
    assert findings.accepted is not None
    assert findings.accepted.occurred() == {("a.py::t", "task: f"): 2}


def test_a_wide_fixture_of_each_worker_counts_once_in_the_baseline() -> None:
    findings = Findings(Accepted({}), accepts_all=True)
    for _ in range(2):
        merge(worker(WIDE), findings, None)
    assert findings.accepted is not None
    assert findings.accepted.occurred() == {("a.py::t", "task: f (session scope)"): 1}
    assert findings.kinds == {"task": 2}


def test_each_place_of_an_old_feature_counts_once_and_all_workers_share_what_is_accepted() -> None:
    findings = Findings(Accepted({("conftest.py", USES[0].use): 2}))
    merge(worker(USES[0], USES[1], allowed=2), findings, None)
    merge(worker(USES[1], USES[2], allowed=2), findings, None)
    assert findings.kinds == {LEGACY_USE: 3}
    assert findings.new == 1


def test_findings_that_a_worker_only_counted_stay_counted() -> None:
    content = json.loads(worker(LEAK))
    content |= {"omitted": {"timer": 7}, "new": 3}
    findings = Findings(Accepted({}))
    merge(json.dumps(content), findings, None)
    assert (findings.omitted, findings.kinds, findings.new) == ({"timer": 7}, {"task": 1, "timer": 7}, 4)


def test_the_course_of_a_worker_is_merged() -> None:
    course = Course(["a.py::t", "b.py::t"])
    merge(worker(), Findings(Accepted({})), course)
    assert course.absent == {"a.py::t", "b.py::t"}
