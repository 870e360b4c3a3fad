from __future__ import annotations

from asyncshim.migrate.reports.model import Mode
from reports import RESULTS, report


def test_the_state_of_a_finding_follows_mode_and_safety() -> None:
    manual, fixed = RESULTS[0].findings
    (unsafe,) = RESULTS[1].findings
    assert report(Mode.PREVIEW).state(fixed) == "would change"
    assert report(Mode.WRITTEN).state(fixed) == "changed"
    assert report(Mode.WRITTEN).state(manual) == "manual review"
    assert report(Mode.WRITTEN).state(unsafe) == "unsafe"


def test_a_rule_has_a_name_if_it_is_known() -> None:
    assert report().name("ASH101") == "old-word"
    assert report().name("ASH999") == ""


def test_numbers_are_those_of_the_results() -> None:
    assert (report().tally.fixed, report().tally.remaining, report().tally.failed) == (1, 2, 2)
