from __future__ import annotations

import json
from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.baseline import Baseline
from asyncshim_codemods.results import FileResult, Finding, Safety
from repositories import write_tree


def result(path: str, *lines: int, code: str = "ASH101") -> FileResult:
    findings = tuple(Finding(line, 1, code, "found", Safety.SAFE, True) for line in lines)
    return FileResult(path, b"", b"", findings)


def test_accepted_uses_may_move_and_new_uses_are_found(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "@mark\ndef one(): ...\n@mark\ndef two(): ...\n"})
    Baseline.of(tmp_path, [result("a.py", 1, 3)]).save(tmp_path / "b.json")
    write_tree(tmp_path, {"a.py": "import x\n\n@mark\ndef one(): ...\n\n    @mark\ndef two(): ...\n@mark(2)\n"})
    found = result("a.py", 3, 6, 8)
    compared = Baseline.load(tmp_path / "b.json").compare(tmp_path, [found])
    assert compared.new == ((found, found.findings[2]),)
    assert (compared.accepted, compared.gone) == (2, 0)


def test_one_more_use_of_the_same_kind_is_new(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "@mark\n@mark\n"})
    baseline = Baseline.of(tmp_path, [result("a.py", 1)])
    assert len(baseline.compare(tmp_path, [result("a.py", 1, 2)]).new) == 1


def test_a_use_in_another_file_or_of_another_rule_is_new(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "@mark\n", "b.py": "@mark\n"})
    baseline = Baseline.of(tmp_path, [result("a.py", 1)])
    compared = baseline.compare(tmp_path, [result("a.py", 1, code="ASH102"), result("b.py", 1)])
    assert (len(compared.new), compared.accepted, compared.gone) == (2, 0, 1)


def test_the_baseline_file_is_readable_json(tmp_path: Path) -> None:
    write_tree(tmp_path, {"b.py": b"# caf\xe9\n", "a.py": "  @mark\n"})
    Baseline.of(tmp_path, [result("b.py", 1), result("a.py", 1)]).save(tmp_path / "x.json")
    assert (tmp_path / "x.json").read_text() == (
        '{\n "version": 1,\n "accepted": {\n  "a.py": [\n   "ASH101 @mark"\n  ],\n'
        '  "b.py": [\n   "ASH101 # caf\\\\xe9"\n  ]\n }\n}\n'
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the baseline does not exist; --update-baseline writes it"),
        ("{", "is not a baseline of asyncshim"),
        ("[]", "is not a baseline of asyncshim"),
        ('{"version": 1, "accepted": []}', "is not a baseline of asyncshim"),
        ('{"version": 2}', "has another format version"),
    ],
)
def test_an_unusable_baseline_file_is_explained(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "b.json").write_text(content)
    with pytest.raises(UsageError, match=message):
        Baseline.load(tmp_path / "b.json")


def test_the_findings_of_test_runs_stay_when_the_uses_are_written_again(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "@mark\n"})
    (tmp_path / "b.json").write_text('{"version": 1, "accepted": {}, "runtime": {"a.py::t": {"task: f": 2}}}')
    Baseline.of(tmp_path, [result("a.py", 1)]).save(tmp_path / "b.json")
    assert json.loads((tmp_path / "b.json").read_text()) == {
        "version": 1,
        "accepted": {"a.py": ["ASH101 @mark"]},
        "runtime": {"a.py::t": {"task: f": 2}},
    }


def test_a_file_that_is_gone_and_one_without_uses_do_not_stop_the_baseline(tmp_path: Path) -> None:
    write_tree(tmp_path, {"clean.py": "x = 1\n"})
    accepted = Baseline.of(tmp_path, (result("gone.py", 1), result("clean.py")))
    accepted.save(tmp_path / "baseline.json")
    compared = Baseline.load(tmp_path / "baseline.json").compare(tmp_path, (result("gone.py", 1, 2),))
    assert (len(compared.new), compared.accepted) == (1, 1)
