from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from asyncshim.migrate.reports import text
from asyncshim.migrate.reports.tally import tally
from asyncshim_codemods.results import FileResult, Finding, Safety

RESULTS = [
    FileResult(
        "a.py",
        b"old",
        b"new",
        (
            Finding(7, 1, "ASH331", "a word to keep", Safety.MANUAL, False),
            Finding(3, 5, "ASH101", "an old word", Safety.SAFE, True),
        ),
    ),
    FileResult("b.py", b"", b"", error="cannot be parsed", error_line=4),
    FileResult("c.py", b"", b"", error="cannot be read"),
]


def shown(path: str) -> str:
    return f"tests/{path}"


def test_findings_are_listed_in_the_order_of_the_file() -> None:
    assert list(text.findings(RESULTS, shown)) == [
        "tests/a.py:3:5: ASH101 an old word",
        "tests/a.py:7:1: ASH331 a word to keep",
    ]
    assert list(text.findings(RESULTS, shown, fixed=False)) == ["tests/a.py:7:1: ASH331 a word to keep"]
    assert list(text.findings(RESULTS, shown, fixed=True)) == ["tests/a.py:3:5: ASH101 an old word"]


@pytest.mark.parametrize("listed", [text.findings, text.grouped_findings])
def test_the_name_of_a_file_with_many_findings_is_made_once(listed: Callable[..., Iterator[str]]) -> None:
    asked: list[str] = []
    findings = tuple(Finding(line, 1, "ASH101", "a use", Safety.SAFE, True) for line in range(1, 9))
    result = FileResult("tests/test_a.py", b"", b"", findings)
    lines = [*listed([result], lambda path: asked.append(path) or f"x/{path}")]
    assert lines == [f"x/tests/test_a.py:{line}:1: ASH101 a use" for line in range(1, 9)]
    assert asked == ["tests/test_a.py"]


def test_errors_are_listed_with_their_line_if_known() -> None:
    assert list(text.errors(RESULTS, shown)) == ["tests/b.py:4: cannot be parsed", "tests/c.py: cannot be read"]


def test_the_table_has_a_row_for_each_rule_and_a_total() -> None:
    table = list(text.table(tally(RESULTS), {"ASH101": "old-word", "ASH331": "left-word"}, "changed"))
    assert table == [
        "  rule               changed  unsafe  manual review",
        "  ASH101  old-word         1       0              0",
        "  ASH331  left-word        0       0              1",
        "          all rules        1       0              1",
    ]


def test_the_table_of_one_rule_has_no_total() -> None:
    results = [FileResult("a.py", b"", b"", (Finding(1, 1, "ASH999", "x", Safety.MANUAL, False),))]
    table = list(text.table(tally(results), {}, "would change"))
    assert table == [
        "  rule      would change  unsafe  manual review",
        "  ASH999               0       0              1",
    ]


def test_remaining_uses_are_counted_by_safety() -> None:
    unsafe, manual = (Finding(1, 1, "ASH999", "x", safety, False) for safety in (Safety.UNSAFE, Safety.MANUAL))
    results = [FileResult("a.py", b"", b"", found) for found in ((unsafe,), (unsafe, manual))]
    assert text.remaining(tally(results)) == "3 uses remain (2 unsafe, 1 manual review)"
    assert text.remaining(tally(results[:1])) == "1 use remains (1 unsafe)"


def test_counts_have_the_right_plural() -> None:
    assert text.count(1, "file") == "1 file"
    assert text.count(0, "file") == "0 files"
    assert text.count(12345, "use is", "uses are") == "12,345 uses are"
