from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

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
    assert done.summary == "1 failed, 3 passed, 1 skipped, 1 xfailed, 1 xpassed, 2 errors"
    assert done.trouble is None


def test_a_test_file_that_cannot_be_imported_is_named(tmp_path: Path) -> None:
    write_tree(tmp_path, {"test_bad.py": "import nowhere_to_be_found\n", "test_s.py": "def test(): pass\n"})
    for arguments in ([], ["--continue-on-collection-errors"], ["--collect-only", "-q"], ["-p", "xdist", "-n", "2"]):
        done = run(tmp_path, *arguments)
        assert done.trouble == "pytest could not collect test_bad.py"
        assert "nowhere_to_be_found" in done.uncollected["test_bad.py"]
        assert "test_bad.py" not in done.outcomes


def test_collect_only_lists_the_tests(tmp_path: Path) -> None:
    write_tree(tmp_path, {"test_s.py": SUITE})
    done = run(tmp_path, "--collect-only")
    assert done.outcomes == dict.fromkeys(OUTCOMES, "collected")


def test_a_crashed_run_still_reports_its_outcomes(tmp_path: Path) -> None:
    write_tree(tmp_path, {"test_s.py": "import os\ndef test_a(): pass\ndef test_b(): os._exit(7)\n"})
    done = run(tmp_path)
    assert done.outcomes == {"test_s.py::test_a": "passed", "test_s.py::test_b": "collected"}
    assert done.summary == "1 passed, 1 not run"
    assert done.trouble == "the process ended with exit code 7 before pytest did, in test_s.py::test_b"


WHOLE = "def test_a(): pass\ndef test_b(): {}\n"
CONFTEST = "import os, signal, sys, pytest\n"


@pytest.mark.parametrize(
    ("files", "trouble"),
    [
        (
            {"test_s.py": "import os\n" + WHOLE.format("os._exit(0)")},
            r"the process ended with exit code 0 before pytest",
        ),
        (
            {"test_s.py": "import os, signal\n" + WHOLE.format("os.kill(os.getpid(), signal.SIGKILL)")},
            r"pytest was killed by SIGKILL, in test_s\.py::test_b",
        ),
        (
            {"test_s.py": "import pytest\n" + WHOLE.format("pytest.exit('enough', returncode=0)")},
            r"the run was stopped.*: enough",
        ),
        (
            {"conftest.py": "def pytest_runtest_protocol(item): raise OSError('no disk')\n", "test_s.py": WHOLE},
            r"pytest crashed \(INTERNALERROR\): OSError: no disk",
        ),
        ({"test_s.py": "import sys\nsys.exit(0)\n"}, r"pytest crashed \(INTERNALERROR\): SystemExit: 0"),
        ({"conftest.py": "import nowhere_to_be_found\n", "test_s.py": WHOLE}, "pytest could not start: .* exit code 4"),
        ({"test_s.py": "import pytest\npytest.skip('all', allow_module_level=True)\n"}, "no test ran: .* exit code 5"),
        (
            {
                "conftest.py": "def pytest_sessionfinish(): raise OSError('no report')\n",
                "test_s.py": WHOLE.format("pass"),
            },
            "pytest ended with exit code 1, after its session had ended with 0",
        ),
        (
            {"conftest.py": CONFTEST + "def pytest_sessionfinish(session): session.exitstatus = 0\n"},
            "no test ran: pytest ended with exit code 0",
        ),
    ],
    ids=["os._exit", "SIGKILL", "pytest.exit", "crash", "sys.exit", "conftest", "skipped module", "finish", "no file"],
)
def test_a_run_that_is_not_whole_has_trouble(tmp_path: Path, files: dict[str, str], trouble: str) -> None:
    done = run(write_tree(tmp_path, {"pytest.ini": "[pytest]\n", **files}))
    assert done.trouble is not None
    assert re.match(trouble, done.trouble), done.trouble


@pytest.mark.parametrize(
    "files",
    [
        {"conftest.py": CONFTEST + "def pytest_unconfigure(): os._exit(0)\n", "test_s.py": WHOLE.format("pass")},
        {"conftest.py": CONFTEST + "def pytest_sessionfinish(session): session.exitstatus = 9\n", "test_s.py": WHOLE},
    ],
    ids=["leaves at once", "own exit code"],
)
def test_a_whole_run_with_an_unusual_end_has_no_trouble(tmp_path: Path, files: dict[str, str]) -> None:
    done = run(write_tree(tmp_path, {"test_s.py": WHOLE.format("pass"), **files, "pytest.ini": "[pytest]\n"}))
    assert done.trouble is None


def test_the_first_failure_may_stop_a_whole_run(tmp_path: Path) -> None:
    write_tree(tmp_path, {"test_s.py": "def test_a(): assert 0\ndef test_b(): pass\n"})
    done = run(tmp_path, "-x")
    assert (done.trouble, done.summary, done.ran) == (None, "1 failed, 1 not run", 1)


def test_a_pytest_that_cannot_start_has_trouble_and_its_output(tmp_path: Path) -> None:
    done = run(tmp_path, "--nonsense")
    assert done.trouble == "pytest could not start: it ended with exit code 4"
    assert "--nonsense" in done.last_lines


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
