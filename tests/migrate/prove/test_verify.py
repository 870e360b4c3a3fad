from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from asyncshim.migrate.plan.plan import FileChange, Spool
from asyncshim.migrate.prove.outcomes import Difference, SuiteRun
from asyncshim.migrate.prove.verify import IncomparableError, Start, Suite, compare, workspace
from asyncshim.migrate.read.project import find_project
from repositories import read_tree, repository

SUITE = Suite(sys.executable)


@pytest.fixture(autouse=True)
def plain_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


def runs(*outcomes: dict[str, str]) -> Start:
    queue = [SuiteRun(one, {}, 0, "") for one in outcomes]
    return lambda: queue.pop(0)


def test_equal_runs_are_not_repeated() -> None:
    verdict = compare(SuiteRun({"a": "passed"}, {}, 0, ""), runs({"a": "passed"}), runs())
    assert (verdict.differences, verdict.flaky) == ((), ())


def test_a_test_that_differs_between_equal_runs_is_flaky() -> None:
    first = SuiteRun({"flaky": "passed", "late": "passed", "broken": "passed"}, {}, 0, "")
    after = runs(
        {"flaky": "failed", "late": "failed", "broken": "failed"},
        {"flaky": "failed", "late": "passed", "broken": "failed"},
    )
    again = runs({"flaky": "failed", "late": "passed", "broken": "passed"})
    verdict = compare(first, after, again)
    assert verdict.differences == (Difference("broken", "passed", "failed"),)
    assert verdict.flaky == ("flaky", "late")


GOOD = SuiteRun({"a": "passed", "b": "passed"}, {}, 0, "2 passed")
BAD = SuiteRun({"a": "passed", "b": "collected"}, {}, -9, "first line\n\x1b[31mtest_a.py .\x1b[0m\n", trouble="it died")


@pytest.mark.parametrize(("first", "second"), [(BAD, GOOD), (GOOD, BAD), (BAD, BAD)])
def test_a_run_with_trouble_is_never_compared(first: SuiteRun, second: SuiteRun) -> None:
    with pytest.raises(IncomparableError, match=r"(?s)it died.*\n  first line\n  test_a.py \.$"):
        compare(first, lambda: second, lambda: GOOD)


def test_a_repeated_run_with_trouble_is_not_compared_either() -> None:
    other = SuiteRun({"a": "passed", "b": "failed"}, {}, 1, "")
    with pytest.raises(IncomparableError, match="it died"):
        compare(GOOD, lambda: other, lambda: BAD)


def test_runs_in_which_all_tests_are_skipped_compare_nothing() -> None:
    skipped = SuiteRun({"a": "skipped", "b": "skipped"}, {}, 0, "2 skipped")
    with pytest.raises(IncomparableError, match="no test ran: all of them were skipped"):
        compare(skipped, lambda: skipped, lambda: skipped)
    verdict = compare(GOOD, lambda: skipped, lambda: GOOD)
    assert [one.test for one in verdict.differences] == ["a", "b"]


def test_tests_with_random_ids_are_compared_by_outcome() -> None:
    first = SuiteRun({"t.py::t[red]": "passed", "t.py::t[blue]": "passed"}, {}, 0, "")
    after = runs(
        {"t.py::t[green]": "passed", "t.py::t[grey]": "failed"}, {"t.py::t[x]": "passed", "t.py::t[y]": "failed"}
    )
    again = runs({"t.py::t[black]": "passed", "t.py::t[white]": "passed"})
    assert compare(first, after, again).differences == (Difference("t.py::t[blue]", "passed", "failed"),)


def test_ids_that_only_the_change_alters_are_a_difference() -> None:
    first = SuiteRun({"t.py::t[OLD]": "passed"}, {}, 0, "")
    after = runs({"t.py::t[NEW]": "passed"}, {"t.py::t[NEW]": "passed"})
    verdict = compare(first, after, lambda: first)
    assert [one.test for one in verdict.differences] == ["t.py::t[OLD]", "t.py::t[NEW]"]


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


def test_a_run_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = tmp_path / "begun"
    last = f"def test_b(): pathlib.Path({str(begun)!r}).touch(); time.sleep(600)\n"
    source = f"import pathlib, time\ndef test_a(): pass\n{last}"
    root = repository(tmp_path / "p", {"test_a.py": source})
    wait = subprocess.Popen.wait

    def wait_until_begun(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        while timeout == 8 and not begun.exists():
            time.sleep(0.01)
        return wait(process, timeout and 0.01)

    monkeypatch.setattr(subprocess.Popen, "wait", wait_until_begun)
    with workspace(find_project([str(root)])) as place:
        run = place.run(Suite(sys.executable, timeout=8))
    assert run.exit_code is None
    assert run.outcomes == {"test_a.py::test_a": "passed", "test_a.py::test_b": "collected"}
