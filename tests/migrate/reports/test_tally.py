from __future__ import annotations

from asyncshim.migrate.reports.tally import Row, tally
from asyncshim_codemods.results import FileResult, Finding, Safety


def finding(code: str, safety: Safety, *, fixed: bool) -> Finding:
    return Finding(1, 1, code, "found", safety, fixed)


def test_findings_are_counted_by_rule_and_result() -> None:
    results = [
        FileResult(
            "a.py",
            b"old",
            b"new",
            (
                finding("ASH102", Safety.SAFE, fixed=True),
                finding("ASH101", Safety.SAFE, fixed=True),
                finding("ASH101", Safety.UNSAFE, fixed=False),
                finding("ASH331", Safety.MANUAL, fixed=False),
                finding("ASH102", Safety.SAFE, fixed=False),
            ),
        ),
        FileResult("b.py", b"", b"", error="cannot be read"),
    ]
    numbers = tally(results)
    assert numbers.rows == (Row("ASH101", 1, 1, 0), Row("ASH102", 1, 0, 1), Row("ASH331", 0, 0, 1))
    assert (numbers.changed, numbers.failed, numbers.fixed, numbers.remaining, numbers.unsafe) == (1, 1, 2, 3, 1)


def test_the_tally_of_no_results_is_zero() -> None:
    numbers = tally([])
    assert (numbers.rows, numbers.changed, numbers.failed, numbers.fixed, numbers.remaining) == ((), 0, 0, 0, 0)
