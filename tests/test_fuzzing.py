from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

import composing
import fuzzing
from asyncshim_codemods.results import FileResult, Options
from house.processes import run_python
from house.tree import ROOT


def test_the_same_seed_checks_the_same_modules_and_finds_nothing(tmp_path: Path) -> None:
    command = [ROOT / "tests/support/fuzzing.py", "--seed", "3", "--modules", "10", "--no-projects"]
    result = run_python(*command, "--output", str(tmp_path), cwd=ROOT)
    assert result.returncode == 0, result.stdout
    assert result.stdout.splitlines() == ["seed 3", "10 modules, 0 projects, 0 findings"]
    assert not list(tmp_path.iterdir())


def test_a_project_is_migrated_and_its_tests_run_before_and_after(tmp_path: Path) -> None:
    problems = fuzzing.check_project(Random("a project"), tmp_path / "project")
    assert problems == []
    assert list((tmp_path / "project/before").glob("test_*.py"))
    assert (tmp_path / "project/outcomes/outcomes.json").is_file()
    assert (tmp_path / "project/outcomes-after/outcomes.json").is_file()


def test_a_rule_that_a_second_run_changes_is_found_and_reduced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def grow(path: str, data: bytes, facts: object, options: Options) -> FileResult:
        return FileResult(path, data, data.replace(b"async def helper", b"\nasync def helper"))

    monkeypatch.setattr("asyncshim_codemods.api.rewrite_python", grow)
    command = ["--seed", "1", "--modules", "1", "--no-projects", "--output", str(tmp_path)]
    assert fuzzing.main(command) == 1
    (folder,) = (tmp_path / "1").iterdir()
    before = (folder / "before.py").read_bytes()
    assert before.count(b"\n") <= 4
    assert before.startswith(b"async def helper")
    assert (folder / "after.py").read_bytes() == b"\n" + before
    assert (folder / "problem.txt").read_text(encoding="utf-8").startswith("a second run changes it\nseed 1\n")
    assert "1 findings\n     1 a second run changes it\n" in capsys.readouterr().out


def test_a_rewrite_that_does_not_compile_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def spoil(path: str, data: bytes, facts: object, options: Options) -> FileResult:
        return FileResult(path, data, b"def")

    monkeypatch.setattr("asyncshim_codemods.api.rewrite_python", spoil)
    problem = fuzzing.check_module(Random(1))
    assert problem is not None
    assert problem.kind == "does not compile"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a.py::t": "passed"}, {"a.py::t": "failed"}, [("a.py::t", "passed", "failed")]),
        ({"a.py::t": "passed"}, {}, [("a.py::t", "passed", "missing")]),
        ({}, {"a.py::t": "passed"}, [("a.py::t", "missing", "passed")]),
        ({"a.py::t": "failed"}, {"a.py::t": "passed"}, []),
        ({"a.py::C": "collection error"}, {"a.py::C::t": "passed"}, []),
    ],
)
def test_which_outcomes_count_as_a_difference(
    before: dict[str, str], after: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    assert fuzzing.differences(before, after) == expected


def test_a_file_is_reduced_to_the_lines_that_show_the_problem() -> None:
    data = b"a = 1\nb = 2\nif a:\n    c = 3\nd = 4\n"
    assert fuzzing.reduced(data, lambda fewer: b"c = 3" in fewer) == b"if a:\n    c = 3\n"


def test_the_same_seed_composes_the_same_project() -> None:
    projects = [composing.compose_project(Random(1), 3) for _ in range(2)]
    assert projects[0] == projects[1]
    assert {"conftest.py", "pytest.ini", "test_composed_0.py"} <= projects[0].keys()
