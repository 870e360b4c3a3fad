from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.plan.plan import FileChange, Spool
from asyncshim.migrate.prove.outcomes import Difference, SuiteRun
from asyncshim.migrate.prove.verify import Suite, compare, workspace
from asyncshim.migrate.read.project import find_project
from repositories import read_tree, repository

SUITE = Suite(sys.executable)


@pytest.fixture(autouse=True)
def plain_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


def runs(*outcomes: dict[str, str]) -> object:
    queue = [SuiteRun(one, {}, 0, "") for one in outcomes]
    return lambda: queue.pop(0)


def test_equal_runs_are_not_repeated() -> None:
    verdict = compare(SuiteRun({"a": "passed"}, {}, 0, ""), runs({"a": "passed"}), runs())  # type: ignore[arg-type]
    assert (verdict.differences, verdict.flaky) == ((), ())


def test_a_test_that_differs_between_equal_runs_is_flaky() -> None:
    first = SuiteRun({"flaky": "passed", "late": "passed", "broken": "passed"}, {}, 0, "")
    after = runs(
        {"flaky": "failed", "late": "failed", "broken": "failed"},
        {"flaky": "failed", "late": "passed", "broken": "failed"},
    )
    again = runs({"flaky": "failed", "late": "passed", "broken": "passed"})
    verdict = compare(first, after, again)  # type: ignore[arg-type]
    assert verdict.differences == (Difference("broken", "passed", "failed"),)
    assert verdict.flaky == ("flaky", "late")


def test_a_run_that_did_not_end_is_not_repeated() -> None:
    hung = SuiteRun({"a": "passed", "b": "collected"}, {}, None, "")
    verdict = compare(hung, runs({"a": "passed", "b": "passed"}), runs())  # type: ignore[arg-type]
    assert verdict.differences == (Difference("b", "collected", "passed"),)
    assert hung.last_line == "did not end in time; 1 of 2 tests did"


def test_a_comparison_without_tests_is_an_error() -> None:
    with pytest.raises(AsyncshimError, match="found no tests to compare"):
        compare(SuiteRun({}, {}, 5, "no tests ran"), runs({}), None)  # type: ignore[arg-type]


def test_verify_runs_in_a_copy_and_does_not_change_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "tests/test_a.py": "import pathlib\ndef test_a():\n    pathlib.Path('left.txt').write_text('x')\n",
        "venv/pyvenv.cfg": "",
        "data/x.bin": b"\x00",
        "pytest.ini": "",
    }
    root = repository(tmp_path / "p", files)
    (root / "link").symlink_to("data")
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)
    before = read_tree(root)
    with workspace(find_project(())) as place:
        run = place.run(SUITE)
        assert run.outcomes == {"tests/test_a.py::test_a": "passed"}
        assert (place.root / "left.txt").exists()
        assert (place.root / "data/x.bin").exists()
        assert (place.root / "link").is_symlink()
        assert not (place.root / "venv").exists()
        assert not (place.root / ".git").exists()
        place.run(Suite(sys.executable, collect=True))
        assert not (place.root / "left.txt").exists()
    assert not place.root.exists()
    assert read_tree(root) == before


def test_edits_are_made_in_the_copy(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": "def test_a(): assert 1\n", "pytest.ini": ""})
    edit = FileChange.keeping(Spool(), "tests/test_a.py", b"", b"def test_a(): assert 0\ndef test_b(): pass\n", 0o644)
    with workspace(find_project([str(root / "tests")])) as place:
        run = place.run(SUITE, [edit])
        assert run.outcomes == {"tests/test_a.py::test_a": "failed", "tests/test_a.py::test_b": "passed"}
        assert place.path(run, "tests/test_a.py::test_a") == "tests/test_a.py"


def test_node_ids_relative_to_a_subfolder_are_mapped_to_files(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[project]\n", "t/pytest.ini": "", "t/test_a.py": "def test_a(): pass\n"}
    root = repository(tmp_path / "p", files)
    with workspace(find_project([str(root / "t")])) as place:
        run = place.run(SUITE)
        assert list(run.outcomes) == ["test_a.py::test_a"]
        assert place.path(run, "test_a.py::test_a") == "t/test_a.py"


def test_verify_runs_only_the_given_paths_with_the_given_arguments(tmp_path: Path) -> None:
    files = {"a/test_a.py": "def test_1(): pass\ndef test_2(): pass\n", "b/test_b.py": "def test_b(): pass\n"}
    root = repository(tmp_path / "p", files)
    with workspace(find_project([str(root / "a")])) as place:
        run = place.run(Suite(sys.executable, ("-k", "test_2")))
        assert list(run.outcomes) == ["a/test_a.py::test_2"]


def test_a_run_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    source = "import time\ndef test_a(): pass\ndef test_b(): time.sleep(120)\n"
    root = repository(tmp_path / "p", {"test_a.py": source})
    with workspace(find_project([str(root)])) as place:
        run = place.run(Suite(sys.executable, timeout=8))
    assert run.exit_code is None
    assert run.outcomes == {"test_a.py::test_a": "passed", "test_a.py::test_b": "collected"}
