from __future__ import annotations

from asyncshim.migrate.reports import html_findings
from asyncshim_codemods.results import FileResult, Finding, Safety
from reports import report


def test_a_long_line_of_source_is_cut() -> None:
    source = b"x" * 10_000
    result = FileResult("a.py", source, source, (Finding(1, 1, "ASH101", "m", Safety.MANUAL, False),))
    (item,) = html_findings.findings(report(), result, [])
    assert f"<i>1</i>{'x' * 300}..." in item
    assert len(item) < 1_000


def test_a_rule_that_is_not_known_has_no_link() -> None:
    assert html_findings.code_link(report(), "ASH999") == "<b>ASH999</b>"
    assert html_findings.code_link(report(), "ASH101") == '<a class="code" href="#rule-ASH101">ASH101</a>'


def test_many_messages_that_remain_are_counted() -> None:
    many = tuple(Finding(n, 1, "ASH331", f"message {n}", Safety.MANUAL, False) for n in range(1, 61))
    rows = list(html_findings.remaining(report(results=(FileResult("a.py", b"", b"", many),))))
    assert len(rows) == 51
    assert "and 10 other messages" in rows[-1]
