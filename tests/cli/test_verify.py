"""``verify`` with real suites, and with the real pytest-asyncio where it is installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from repositories import Done, asyncshim, read_tree, repository

OLD = b"""\
import asyncio

import pytest


@pytest.mark.asyncio
async def test_it(event_loop):
    assert event_loop is asyncio.get_running_loop()


@pytest.mark.asyncio
async def test_fails():
    assert 1 == 2
"""


def verify(folder: Path, *arguments: str, **env: str) -> Done:
    return asyncshim(folder, "verify", *arguments, "--pytest-args", "-p no:xdist -p no:cacheprovider", **env)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "p", {"tests/test_a.py": OLD, "pytest.ini": "[pytest]\nasyncio_mode = strict\n"})


def test_verify_compares_before_and_after_migrate_and_writes_nothing(project: Path) -> None:
    before = read_tree(project)
    done = verify(project, "--migrate")
    assert done.code == 0, done.stderr
    assert done.stderr.startswith("Running pytest on the current files, in a copy at ")
    assert "before: 1 failed, 1 passed" in done.stderr
    assert "after:  1 failed, 1 passed" in done.stderr
    assert done.stderr.endswith("2 tests, the same outcomes.\n")
    assert read_tree(project) == before


def test_verify_collect_compares_only_node_ids(project: Path) -> None:
    done = verify(project, "--migrate", "--collect")
    assert done.code == 0
    assert done.stderr.endswith("2 tests, the same node ids.\n")


def test_verify_of_a_clean_suite_has_nothing_to_compare(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": "async def test_it(): pass\n"})
    done = verify(root, "--migrate")
    assert (done.code, done.stderr) == (0, "Nothing to compare: migrate would change nothing.\n")


def test_verify_reports_wrong_paths_before_missing_plugins(tmp_path: Path) -> None:
    for arguments, message in ((["nowhere"], "nowhere: no such file or folder"), ([], "no Python files in .")):
        done = asyncshim(tmp_path, "verify", *arguments)
        assert (done.code, done.stderr) == (2, f"error: {message}\n")


# Replaces pytest-asyncio: it runs all coroutines except one.
OTHER = """\
import asyncio
import inspect
import time


def pytest_pyfunc_call(pyfuncitem):
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        if "hangs" in pyfuncitem.name:
            time.sleep(600)
        if "only_asyncshim" not in pyfuncitem.name:
            asyncio.run(pyfuncitem.obj())
            return True
        raise OSError("the loop is another one")
"""


@pytest.fixture
def other_plugin(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/pytest_asyncio.py").write_text("")
    (tmp_path / "site/other_runner.py").write_text(OTHER)
    return {"PYTHONPATH": str(tmp_path / "site"), "PYTEST_PLUGINS": "other_runner"}


def test_verify_compares_two_plugins_on_the_same_files(tmp_path: Path, other_plugin: dict[str, str]) -> None:
    source = "async def test_same(): pass\nasync def test_only_asyncshim(): pass\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": source})
    done = verify(root, **other_plugin)
    assert "pytest-asyncio: 1 failed, 1 passed" in done.stderr
    assert done.code == 1
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines == [["test", "before", "after"], ["tests/test_a.py::test_only_asyncshim", "failed", "passed"]]
    assert "1 test differs in outcomes.\n" in done.stderr


def test_verify_ends_a_run_that_hangs_and_names_the_test(tmp_path: Path, other_plugin: dict[str, str]) -> None:
    source = "async def test_a(): pass\nasync def test_hangs(): pass\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": source})
    done = verify(root, "--timeout", "8", **other_plugin)
    assert done.code == 1
    assert "pytest-asyncio: did not end in time; 1 of 2 tests did\n" in done.stderr
    assert done.stdout.splitlines()[1].split() == ["tests/test_a.py::test_hangs", "did", "not", "end", "passed"]


def test_verify_without_pytest_asyncio_explains_what_to_install(project: Path) -> None:
    if any(Path(path, "pytest_asyncio").is_dir() for path in sys.path):
        pytest.skip("pytest-asyncio is installed here")
    done = verify(project)
    assert done.code == 2
    assert f"error: pytest_asyncio is not installed for {sys.executable}: install the release" in done.stderr


def test_verify_with_a_missing_interpreter_prints_no_traceback(project: Path) -> None:
    done = verify(project, "--python", "/no/such/python", "--before-python", sys.executable, PYTHONPATH=os.devnull)
    assert done.code == 2
    assert "Traceback" not in done.stderr


class TestMigrateVerify:
    def test_migrate_verify_writes_edits_that_keep_all_outcomes(self, project: Path) -> None:
        done = asyncshim(project, "migrate", "--verify", "--allow-dirty")
        assert done.code == 0, done.stderr
        assert "Verified: 2 tests, the same outcomes.\n" in done.stderr
        assert b"mark.asyncio" not in (project / "tests/test_a.py").read_bytes()

    def test_migrate_verify_keeps_and_names_a_file_whose_outcomes_differ(self, project: Path) -> None:
        source = OLD + b"\n\ndef test_source():\n    assert 'mark.asy' + 'ncio' in open(__file__).read()\n"
        (project / "tests/test_b.py").write_bytes(source)
        done = asyncshim(project, "migrate", "--verify=run", "--allow-dirty")
        assert done.code == 1
        assert (project / "tests/test_b.py").read_bytes() == source
        assert b"mark.asyncio" not in (project / "tests/test_a.py").read_bytes()
        assert (
            "warning: tests/test_b.py is not changed: tests/test_b.py::test_source: passed before, failed after\n"
            in done.stderr
        )
        assert "tests/test_b.py:6:2: ASH101 " in done.stdout

    def test_migrate_verify_works_with_a_dry_run(self, project: Path) -> None:
        before = read_tree(project)
        done = asyncshim(project, "migrate", "--verify=collect", "--dry-run")
        assert done.code == 0
        assert "Verified: 2 tests, the same node ids.\n" in done.stderr
        assert "diff --git a/tests/test_a.py" in done.stdout
        assert read_tree(project) == before
