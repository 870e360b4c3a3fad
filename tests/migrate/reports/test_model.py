from __future__ import annotations

from asyncshim.migrate.reports.model import RunMode
from reports import RESULTS, report


def test_the_state_of_a_finding_depends_on_the_mode() -> None:
    manual, fixed = RESULTS[0].findings
    (unsafe,) = RESULTS[1].findings
    assert report(RunMode.PREVIEW).state(fixed) == "would change"
    assert report(RunMode.WRITTEN).state(fixed) == "changed"
    assert report(RunMode.WRITTEN).state(manual) == "manual review"
    assert report(RunMode.WRITTEN).state(unsafe) == "unsafe"


def test_an_unknown_rule_has_an_empty_name() -> None:
    assert report().name("ASH101") == "old-word"
    assert report().name("ASH999") == ""


def test_the_tally_of_a_report_counts_its_results() -> None:
    assert (report().tally.fixed, report().tally.remaining, report().tally.failed) == (1, 2, 2)
