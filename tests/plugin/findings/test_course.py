"""Which tests ran, and which entries of a baseline are gone therefore."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from asyncshim.plugin.findings.course import Course, nodes_of

A, B = "t/a.py::test_x[1]", "t/b.py::TestB::test_y"
ENTRIES = [
    (A, "task: f"),
    (A, "task: f (module scope)"),
    (B, "task: f"),
    ("t/a.py::test_x", "legacy use: ASH101"),
    ("t/a.py::test_gone", "task: f"),
    ("t/conftest.py", "legacy use: ASH201"),
    ("u/conftest.py", "legacy use: ASH201"),
]


def config(tmp_path: Path, *arguments: str, **options: object) -> pytest.Config:
    source = pytest.Config.ArgsSource.ARGS if arguments else pytest.Config.ArgsSource.TESTPATHS
    made = SimpleNamespace(
        invocation_params=SimpleNamespace(dir=tmp_path),
        rootpath=tmp_path,
        args=list(arguments or (str(tmp_path),)),
        args_source=source,
        getoption=options.get,
    )
    return cast("pytest.Config", made)


def course(*, failed: bool = False) -> Course:
    found = Course(test for test, _ in ENTRIES)
    found.collected(cast("Any", [SimpleNamespace(nodeid=A), SimpleNamespace(nodeid=B)]))
    for when in ("setup", "call", "teardown"):
        is_failure = failed and when == "call"
        found.note(cast("Any", SimpleNamespace(nodeid=A, when=when, passed=not is_failure)))
    return found


def test_a_node_id_has_the_nodes_around_it() -> None:
    assert [*nodes_of("a.py::TestX::test_y[b::c]")] == [
        "a.py::TestX::test_y[b::c]",
        "a.py::TestX::test_y",
        "a.py::TestX",
        "a.py",
    ]


def test_a_whole_run_knows_all_but_the_tests_that_did_not_pass(tmp_path: Path) -> None:
    gone = course().gone(ENTRIES, config(tmp_path), failed=False)
    assert gone == {*ENTRIES} - {(B, "task: f")}


def test_a_run_of_a_folder_knows_nothing_of_others(tmp_path: Path) -> None:
    gone = course().gone(ENTRIES, config(tmp_path, "t"), failed=False)
    assert gone == {*ENTRIES} - {(B, "task: f"), ("u/conftest.py", "legacy use: ASH201")}


@pytest.mark.parametrize("narrowed", ["failed", "-k", "--lf", "deselected", "node id"])
def test_a_partial_run_knows_the_tests_that_passed(tmp_path: Path, narrowed: str) -> None:
    found = course()
    found.is_narrow = narrowed == "deselected"
    options = {"-k": {"keyword": "x"}, "--lf": {"lf": True}}.get(narrowed, {})
    arguments = ("t/a.py::test_x",) if narrowed == "node id" else ()
    gone = found.gone(ENTRIES, config(tmp_path, *arguments, **options), failed=narrowed == "failed")
    assert gone == {(A, "task: f")}


def test_a_test_that_failed_says_nothing(tmp_path: Path) -> None:
    assert course(failed=True).gone(ENTRIES, config(tmp_path), failed=True) == set()


def test_workers_are_merged() -> None:
    found = Course([A, B, "c.py::t"])
    found.merge([A], [B, "c.py::t"], is_narrow=False)
    found.merge([B], ["c.py::t"], is_narrow=True)
    assert (found.completed, found.absent, found.is_narrow) == ({A, B}, {"c.py::t"}, True)
