from __future__ import annotations

from asyncshim_codemods.joining import TAKEN, joined
from asyncshim_codemods.results import FileResult, Finding, Safety


def finding(
    line: int, code: str = "ASH901", *, fixed: bool = False, message: str = "found", column: int = 1
) -> Finding:
    return Finding(line, column, code, message, Safety.SAFE, fixed)


def result(old: str, new: str, *findings: Finding) -> FileResult:
    return FileResult("tests/x.py", old.encode(), new.encode(), findings)


def test_a_finding_that_the_later_pass_fixes_keeps_its_first_position() -> None:
    first = result("a\nb\nc\n", "a\na\na\nb\nc\n", finding(2, message=f"found{TAKEN}", column=3))
    again = result("a\na\na\nb\nc\n", "a\na\na\nc\n", finding(4, fixed=True))
    whole = joined(first, again)
    assert (whole.old, whole.new) == (b"a\nb\nc\n", b"a\na\na\nc\n")
    assert whole.findings == (finding(2, fixed=True, column=3),)


def test_a_finding_that_only_the_later_pass_has_is_at_the_line_that_its_code_had_before() -> None:
    first = result("a\nb\nc\n", "x\na\nb\nc\n", finding(1, fixed=True))
    again = result("x\na\nb\nc\n", "x\na\nb\n", finding(4, "ASH902", fixed=True))
    assert joined(first, again).findings == (finding(1, fixed=True), finding(3, "ASH902", fixed=True))


def test_a_new_finding_in_new_code_is_at_a_line_of_the_file_as_it_was_read() -> None:
    first = result("ab\n", "a\nb\nc\nd\n", finding(1, fixed=True))
    again = result("a\nb\nc\nd\n", "a\n", finding(4, "ASH902", fixed=True, column=9))
    assert joined(first, again).findings == (finding(1, fixed=True), finding(1, "ASH902", fixed=True, column=3))


def test_findings_of_one_rule_that_are_fewer_in_the_later_pass_are_matched_by_line() -> None:
    first = result("a\nb\nc\n", "b\nc\n", finding(1), finding(2, message="second", column=2))
    again = result("b\nc\n", "c\n", finding(1, fixed=True, message="second, fixed"))
    assert joined(first, again).findings == (finding(1), finding(2, fixed=True, message="second, fixed", column=2))


def test_what_only_the_first_pass_found_stays_as_it_was_reported() -> None:
    first = result("a\n", "b\n", finding(1))
    assert joined(first, result("b\n", "b\n")).findings == (finding(1),)
