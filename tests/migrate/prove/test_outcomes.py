from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.prove.outcomes import Difference, SuiteRun, differences, run_pytest
from house.processes import environment
from repositories import write_tree

SUITE = """\
import pytest

def test_passes(): pass
def test_fails(): assert 1 == 2
@pytest.mark.skip
def test_skips(): pass
@pytest.mark.xfail
def test_xfails(): assert 0
@pytest.mark.xfail
def test_xpasses(): pass
@pytest.fixture
def broken(): raise OSError("no set-up")
def test_errors(broken): pass
@pytest.fixture
def leaves():
    yield
    raise OSError("no tear-down")
def test_ends_badly(leaves): pass
@pytest.mark.parametrize("x", ["a b", "é"])
def test_many(x): pass
"""
OUTCOMES = {
    "test_s.py::test_passes": "passed",
    "test_s.py::test_fails": "failed",
    "test_s.py::test_skips": "skipped",
    "test_s.py::test_xfails": "xfailed",
    "test_s.py::test_xpasses": "xpassed",
    "test_s.py::test_errors": "error",
    "test_s.py::test_ends_badly": "error",
    "test_s.py::test_many[a b]": "passed",
    "test_s.py::test_many[\\xe9]": "passed",
}


def run(folder: Path, *arguments: str) -> SuiteRun:
    env = {**environment(PYTHONDONTWRITEBYTECODE="1"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return run_pytest([sys.executable, "-m", "pytest", *arguments], folder, env)


@pytest.mark.parametrize("arguments", [[], ["-p", "xdist", "-n", "2"]])
def test_every_outcome_is_recorded(tmp_path: Path, arguments: list[str]) -> None:
    write_tree(tmp_path, {"test_s.py": SUITE})
    done = run(tmp_path, *arguments)
    assert done.outcomes == OUTCOMES
    assert done.exit_code == 1
    assert "assert 1 == 2" in done.texts["test_s.py::test_fails"]
    assert "no tear-down" in done.texts["test_s.py::test_ends_badly"]
    assert "1 failed, 4 passed" in done.last_line.replace("3 passed", "4 passed")


def test_a_test_file_that_cannot_be_imported_has_an_outcome(tmp_path: Path) -> None:
    write_tree(tmp_path, {"test_bad.py": "import nowhere_to_be_found\n", "test_s.py": "def test(): pass\n"})
    done = run(tmp_path)
    assert done.outcomes["test_bad.py"] == "error"
    assert "nowhere_to_be_found" in done.texts["test_bad.py"]


def test_collect_only_lists_the_tests(tmp_path: Path) -> None:
    write_tree(tmp_path, {"test_s.py": SUITE})
    done = run(tmp_path, "--collect-only")
    assert done.outcomes == dict.fromkeys(OUTCOMES, "collected")


def test_a_crashed_run_still_reports_its_outcomes(tmp_path: Path) -> None:
    write_tree(tmp_path, {"test_s.py": "import os\ndef test_a(): pass\ndef test_b(): os._exit(7)\n"})
    done = run(tmp_path)
    assert done.outcomes == {"test_s.py::test_a": "passed", "test_s.py::test_b": "collected"}
    assert done.exit_code == 7


def test_a_pytest_that_cannot_start_is_an_error_with_its_output(tmp_path: Path) -> None:
    with pytest.raises(AsyncshimError, match=r"(?s)pytest ended with 4 and ran nothing:.*--nonsense"):
        run(tmp_path, "--nonsense")


def test_the_folder_of_the_suite_stays_clean(tmp_path: Path) -> None:
    write_tree(tmp_path, {"test_s.py": "def test(): pass\n"})
    run(tmp_path, "-p", "no:cacheprovider")
    assert set(os.listdir(tmp_path)) <= {"test_s.py", "__pycache__"}


def test_differences_are_changed_outcomes_and_added_or_removed_tests() -> None:
    before = SuiteRun({"a": "passed", "b": "passed", "c": "skipped"}, {}, 0, "")
    after = SuiteRun({"a": "passed", "b": "failed", "d": "passed"}, {}, 1, "")
    assert differences(before, after) == [
        Difference("b", "passed", "failed"),
        Difference("c", "skipped", None),
        Difference("d", None, "passed"),
    ]
    assert differences(before, before) == []
