"""What becomes of a finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.plugin.checks.found import Phase, judge, place_of
from asyncshim.plugin.checks.stacks import Line
from asyncshim.plugin.findings.accepted import Accepted
from asyncshim.plugin.findings.collection import Findings
from asyncshim.plugin.findings.model import SLOW_CALLBACK, RuntimeFinding

FINDING = RuntimeFinding(SLOW_CALLBACK, "test_it.py::test_it", "test_it", "test_it.py:3", "held the loop")


@pytest.mark.parametrize("reaction", ["warn", "error"])
def test_the_option_decides_without_a_baseline(reaction: str) -> None:
    assert judge(None, FINDING, reaction) == reaction
    assert judge(Findings(), FINDING, reaction) == reaction


def test_a_baseline_accepts_as_many_findings_as_it_counts() -> None:
    findings = Findings(Accepted({(FINDING.test, FINDING.use): 1}))
    assert [judge(findings, FINDING, "warn") for _ in range(2)] == ["ignore", "error"]


def test_the_place_of_a_finding_is_relative_to_the_root(tmp_path: Path) -> None:
    assert place_of(Line(str(tmp_path / "tests" / "a.py"), 3, "f", "a"), tmp_path) == "tests/a.py:3"
    assert not place_of(None, tmp_path)


def test_a_phase_without_a_test_is_the_end_of_the_session() -> None:
    assert Phase(None, "session").nodeid == "the end of the session"
