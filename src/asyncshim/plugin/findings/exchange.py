"""Data that a worker of pytest-xdist sends to the controller: as JSON, because execnet refuses some texts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import astuple

from asyncshim.plugin.findings.collection import Findings
from asyncshim.plugin.findings.course import Course
from asyncshim.plugin.findings.model import LEGACY_USE, RuntimeFinding


def dumped(findings: Findings, course: Course | None) -> str:
    """Return the findings of a worker, and which tests it ran if that is of interest."""
    groups = findings.groups.values()
    content: dict[str, object] = {
        "groups": [(*astuple(group.first), group.count, group.new) for group in groups],
        "omitted": findings.omitted,
        "new": findings.new - sum(group.new for group in groups),
    }
    if findings.accepted is not None:
        uses = findings.accepted.occurred().items()
        content["uses"] = [(test, use, number) for (test, use), number in uses]
    if course is not None:
        content["course"] = (sorted(course.completed), sorted(course.absent or ()), course.is_narrow)
    return json.dumps(content)


def merge(text: str, findings: Findings, course: Course | None) -> None:
    """Add what a worker found."""
    content = json.loads(text)
    for *fields, count, new in content["groups"]:
        finding = RuntimeFinding(*fields)
        if finding.kind != LEGACY_USE:
            findings.add(finding, count, new)
        elif not findings.knows(finding):  # each worker counts each place
            findings.note(finding)
    findings.add_omitted(Counter(content["omitted"]), content["new"])
    if findings.accepted is not None:
        for test, use, number in content["uses"]:
            if not use.startswith(f"{LEGACY_USE}: "):
                findings.accepted.merge(test, use, number)
    if course is not None and "course" in content:
        completed, absent, is_narrow = content["course"]
        course.merge(completed, absent, is_narrow=is_narrow)
