"""The section of the terminal summary."""

from __future__ import annotations

from pathlib import Path

from asyncshim.plugin.findings.accepted import Accepted
from asyncshim.plugin.findings.collection import Findings
from asyncshim.plugin.findings.model import RuntimeFinding
from asyncshim.plugin.findings.section import lines, printable

ROOT = Path("/root")


def findings(number: int, accepted: Accepted | None = None) -> Findings:
    found = Findings(accepted)
    for one in range(number):
        found.note(RuntimeFinding("task", f"a.py::t{one:04}", "f", f"a.py:{one}", ""))
    return found


def test_nothing_is_printed_if_nothing_is_new_and_no_report_was_asked_for() -> None:
    assert not [*lines(findings(0, Accepted({})), None, ROOT / "b.json", ROOT, [])]


def test_the_length_of_the_section_does_not_depend_on_the_number_of_findings() -> None:
    for number in (1_000, 9_000):
        found = [*lines(findings(number, Accepted({})), ROOT / "r.json", ROOT / "b.json", ROOT, [])]
        assert len(found) < 100
        assert f"  and {number - 50:,} more" in found
        assert f"         and {number - 10:,} other tests" in found


def test_an_empty_report_says_so() -> None:
    assert [*lines(findings(0), ROOT / "r.json", None, ROOT, [])] == [
        "= asyncshim: findings",
        "0 findings.",
        "The report is in r.json.",
    ]


def test_texts_of_a_suite_cannot_forge_lines_or_control_the_terminal() -> None:
    assert printable("a\n\x1b[31m\u202eb") == "a\\n\\x1b[31m\\u202eb"
    assert len(printable("x" * 10_000)) < 1_000
