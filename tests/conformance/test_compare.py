"""The comparison fails for what is not listed and for what is listed in vain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from house.processes import run_python

COMPARE = Path(__file__).with_name("compare.py")
LISTED = """\
[[difference]]
version = "1.5.0"
test = "t::two_loops"
kind = "isolation"
why = "asserts two loops"

[[difference]]
version = "1.5.0"
test = "t::warns"
kind = "deprecation-text"
why = "asserts a deprecation warning"
"""


def compare(tmp_path: Path, lost: list[str], runner: str, listed: str = LISTED, *more: str) -> tuple[int, str]:
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"1.5.0": {"expected": 9, "conform": 9 - len(lost), "lost": lost}}), encoding="utf-8")
    (tmp_path / "differences.toml").write_text(listed, encoding="utf-8")
    place = tmp_path / "differences.toml"
    result = run_python(COMPARE, report, "--runner", runner, "--listed", place, *more, cwd=tmp_path)
    return result.returncode, result.stdout


def test_listed_differences_are_accepted(tmp_path: Path) -> None:
    code, output = compare(tmp_path, ["t::two_loops", "t::warns"], "session")
    assert code == 0, output
    assert "1.5.0: 7 of 9 conform under session" in output


def test_an_unlisted_difference_fails(tmp_path: Path) -> None:
    code, output = compare(tmp_path, ["t::two_loops", "t::warns", "t::new"], "session")
    assert code == 1
    assert "1.5.0: t::new is lost and not listed" in output


def test_a_listed_test_that_passes_fails(tmp_path: Path) -> None:
    code, output = compare(tmp_path, ["t::two_loops"], "session")
    assert code == 1
    assert "1.5.0: t::warns is listed but passes under session" in output


def test_isolation_is_not_accepted_as_a_reason_with_a_runner_for_each_loop_scope(tmp_path: Path) -> None:
    code, output = compare(tmp_path, ["t::two_loops", "t::warns"], "loop_scope")
    assert code == 1
    assert "1.5.0: t::two_loops is lost and not listed" in output
    assert compare(tmp_path, ["t::warns"], "loop_scope")[0] == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (LISTED.replace("isolation", "laziness"), "kind 'laziness'"),
        (LISTED.replace("asserts two loops", " "), "says not why"),
    ],
)
def test_an_entry_without_a_good_reason_is_refused(tmp_path: Path, wrong: str, sentence: str) -> None:
    code, output = compare(tmp_path, [], "session", wrong)
    assert code == 1
    assert sentence in output


def test_a_difference_for_newer_pythons_is_not_expected_on_older_ones(tmp_path: Path) -> None:
    listed = LISTED.replace('why = "asserts a deprecation warning"', 'why = "Python warns"\nsince_python = "3.14"')
    for python, lost, expected in (("3.15", True, 0), ("3.14", True, 0), ("3.13", False, 0), ("3.13", True, 1)):
        tests = ["t::two_loops", *(["t::warns"] if lost else [])]
        assert compare(tmp_path, tests, "session", listed, "--python", python)[0] == expected, python
    assert compare(tmp_path, ["t::two_loops"], "session", listed, "--python", "3.14")[0] == 1
