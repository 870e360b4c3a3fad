from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from asyncshim.migrate.prove import recorder


def test_the_recorder_imports_only_the_standard_library() -> None:
    tree = ast.parse(Path(recorder.__file__).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"__future__", "collections.abc", "json", "os", "pathlib", "typing"}


SUITE = """
import pytest

def test_passes(): ...
def test_fails(): assert 1 == 2
def test_skips(): pytest.skip("later")

@pytest.mark.xfail
def test_fails_as_expected(): assert 1 == 2

@pytest.mark.xfail
def test_passes_unexpectedly(): ...

@pytest.fixture
def broken(): raise OSError("no disk")

def test_has_no_set_up(broken): ...
"""


def recorded(file: Path) -> list[tuple[str, str, str]]:
    """Return id, phase and outcome of each record but the set-ups and teardowns that passed."""
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    found = [(each["id"].rpartition("::")[2], each["when"], each["outcome"]) for each in records]
    return [each for each in found if each[1:] not in {("setup", "passed"), ("teardown", "passed")}]


@pytest.fixture
def record(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the recorder writes in this process."""
    file = pytester.path / "record.jsonl"
    monkeypatch.setenv(recorder.VARIABLE, str(file))
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    return file


def test_the_recorder_writes_each_phase_with_its_outcome(pytester: pytest.Pytester, record: Path) -> None:
    pytester.makepyfile(test_it=SUITE, test_unreadable="raise OSError('no file')")
    args = ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "--continue-on-collection-errors"]
    pytester.inline_run(*args, plugins=[recorder])
    names = [name for name, when, _ in recorded(record) if when == "collected"]
    assert names == [line.split("(")[0][4:] for line in SUITE.splitlines() if line.startswith("def test_")]
    assert [each for each in recorded(record) if each[1] not in {"collected", "root"}] == [
        ("test_unreadable.py", "collect", "error"),
        ("test_passes", "call", "passed"),
        ("test_fails", "call", "failed"),
        ("test_skips", "call", "skipped"),
        ("test_fails_as_expected", "call", "xfailed"),
        ("test_passes_unexpectedly", "call", "xpassed"),
        ("test_has_no_set_up", "setup", "error"),
        ("", "end", "1"),
    ]


def test_the_recorder_writes_nothing_in_a_worker_of_xdist(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, record: Path
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    pytester.makepyfile(SUITE)
    pytester.inline_run("-p", "no:cacheprovider", "-p", "no:xdist", plugins=[recorder])
    assert not record.exists()


def test_the_recorder_writes_a_stopped_run_with_its_reason(pytester: pytest.Pytester, record: Path) -> None:
    pytester.makepyfile("import pytest\n\ndef test_it(): pytest.exit('enough')\n")
    pytester.inline_run("-p", "no:cacheprovider", "-p", "no:xdist", plugins=[recorder])
    (stopped,) = (
        each for each in map(json.loads, record.read_text("utf-8").splitlines()) if each["when"] == "interrupted"
    )
    assert stopped["text"].startswith("enough")
