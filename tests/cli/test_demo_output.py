from __future__ import annotations

import pytest

from asyncshim.cli.demo_output import DemoOutput
from asyncshim.migrate.prove.outcomes import SuiteRun


def test_a_difference_between_two_runs_is_shown_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    output = DemoOutput(color=False)
    output.comparison({"t.py::a": "passed", "t.py::b": "passed"}, {"t.py::a": "passed", "t.py::c": "failed"})
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "a ✓ passed ✓ passed same" in lines
    assert "b ✓ passed ? missing DIFFERENT" in lines
    assert "c ? missing ✗ failed DIFFERENT" in lines


def test_the_output_of_a_failed_run_is_shown_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    DemoOutput(color=False).result(SuiteRun({}, {}, 1, "first line\n=== 1 failed in 2s ===\n"))
    assert capsys.readouterr().out == "  first line\n  === 1 failed in 2s ===\n"
    DemoOutput(color=False).result(SuiteRun({}, {}, 0, "first line\n=== 1 passed in 2s ===\n"))
    assert capsys.readouterr().out == "  1 passed in 2s\n"


def test_a_long_line_of_a_diff_is_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    DemoOutput(color=False).diff("+" + "x" * 300)
    assert capsys.readouterr().out == "  +" + "x" * 300 + "\n"
