from __future__ import annotations

import gc
import os
from dataclasses import replace
from pathlib import Path

import pytest

import tiny_rules
from asyncshim.migrate.plan.engine import Engine
from asyncshim.migrate.plan.outcome import Outcome
from asyncshim.migrate.read.discover import Discovery, discover
from asyncshim.migrate.read.project import find_project
from asyncshim_codemods.results import FileResult
from repositories import write_tree


def run(root: Path, *paths: str, jobs: int = 1, **options: object) -> Outcome:
    project = find_project([str(root / path) for path in paths or (".",)])
    discovery = discover(project, tiny_rules.is_config)
    chosen = replace(tiny_rules.EVERYTHING, **options)
    return Engine(project.root, tiny_rules.TINY, chosen, jobs).run(discovery)


def by_path(outcome: Outcome) -> dict[str, FileResult]:
    return {result.path: result for result in outcome.whole_results}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write_tree(tmp_path, {"pytest.ini": ""})


def test_only_files_with_changes_findings_or_errors_are_kept(tree: Path) -> None:
    write_tree(tree, {"b.py": "OLD", "a.py": "x = OLD LEFT", "c.py": "nothing", "d.py": "LEFT"})
    outcome = run(tree)
    assert [result.path for result in outcome.results] == ["a.py", "b.py", "d.py"]
    assert outcome.files == 5
    assert by_path(outcome)["a.py"].new == b"x = NEW LEFT"
    assert by_path(outcome)["d.py"].old == b""


def test_an_unparsable_file_or_a_crashing_rule_stops_no_other_file(tree: Path) -> None:
    write_tree(tree, {"a.py": "BROKEN OLD", "b.py": "CRASH OLD", "c.py": "OLD"})
    found = by_path(run(tree))
    assert found["a.py"].error == "cannot be parsed: it is broken"
    assert found["b.py"].error == (
        "a rule crashed, the file stays unchanged: LookupError: no such thing (rewrite_python)"
    )
    assert found["c.py"].new == b"NEW"
    assert not found["a.py"].changed
    assert not found["b.py"].changed


def test_the_details_of_a_crash_are_kept(tree: Path) -> None:
    write_tree(tree, {"b.py": "CRASH"})
    (visited,) = run(tree).visited
    assert 'raise LookupError("no such thing")' in visited.details


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_an_error_of_that_file(tree: Path) -> None:
    write_tree(tree, {"a.py": "OLD", "b.py": "OLD"})
    (tree / "a.py").chmod(0)
    found = by_path(run(tree))
    assert found["a.py"].error == "cannot be read: Permission denied"
    assert found["b.py"].changed


def test_a_file_that_vanishes_after_it_was_listed_is_named(tree: Path) -> None:
    write_tree(tree, {"a.py": "OLD"})
    discovery = Discovery(targets=("a.py", "gone.py"), config=("gone.ini",), python=("a.py", "gone.py"), settings=())
    outcome = Engine(tree, tiny_rules.TINY, tiny_rules.EVERYTHING).run(discovery)
    assert by_path(outcome)["gone.py"].error == "cannot be read: No such file or directory"
    assert by_path(outcome)["gone.ini"].error == "cannot be read: No such file or directory"
    assert by_path(outcome)["a.py"].changed


def test_an_unwritable_file_is_unchanged_and_reported(tree: Path) -> None:
    write_tree(tree, {"a.py": "OLD"})
    (tree / "a.py").chmod(0o444)
    assert by_path(run(tree))["a.py"].error == "is read-only: make it writable, then run again"


def test_configuration_is_rewritten_last_with_facts_about_rewritten_python_files(tree: Path) -> None:
    write_tree(tree, {"requirements.txt": "OLD", "tests/a.py": "OLD", "src/b.py": "fine"})
    found = by_path(run(tree, "tests"))
    assert found["requirements.txt"].new == b"NEW"


def test_a_use_outside_the_given_paths_is_known_to_the_configuration(tree: Path) -> None:
    write_tree(tree, {"requirements.txt": "OLD", "tests/a.py": "OLD", "src/b.py": "OLD"})
    found = by_path(run(tree, "tests"))
    assert found["requirements.txt"].findings[0].message == "src/b.py still holds an old word"
    assert not found["requirements.txt"].changed
    assert "src/b.py" not in found


def test_a_file_that_only_imports_an_alias_is_rewritten(tree: Path) -> None:
    write_tree(tree, {"a.py": "import words\nx = 1\n", "b.py": "import other\n"})
    assert {path: result.new for path, result in by_path(run(tree)).items()} == {"a.py": b"x = 1\n"}


def test_a_file_that_failed_still_counts_as_a_use(tree: Path) -> None:
    write_tree(tree, {"requirements.txt": "OLD", "a.py": "BROKEN OLD"})
    assert by_path(run(tree))["requirements.txt"].findings[0].message == "a.py still holds an old word"


def test_several_processes_give_the_same_result_as_one(tree: Path) -> None:
    words = ["OLD", "LEFT", "nothing", "BROKEN", "CRASH"]
    write_tree(tree, {f"d{n % 5}/t{n}.py": words[n % len(words)] for n in range(120)} | {"requirements.txt": "OLD"})
    one, two = run(tree, jobs=1), run(tree, jobs=2)
    assert one.whole_results == two.whole_results
    assert [visited.mode for visited in one.visited] == [visited.mode for visited in two.visited]


def test_a_process_that_dies_loses_only_its_file(tree: Path) -> None:
    write_tree(tree, {f"t{n}.py": "OLD" for n in range(60)} | {"t30.py": "DIE"})
    found = by_path(run(tree, jobs=2))
    assert found.pop("t30.py").error == (
        "the process that worked on it died (out of memory, or killed); the file stays unchanged"
    )
    assert len(found) == 59
    assert all(result.changed for result in found.values())


def test_progress_is_reported_for_each_phase(tree: Path) -> None:
    write_tree(tree, {"a.py": "OLD", "b.py": "OLD"})
    said: list[tuple[str, int, int]] = []
    project = find_project([str(tree)])
    discovery = discover(project, tiny_rules.is_config)
    Engine(tree, tiny_rules.TINY, tiny_rules.EVERYTHING, 1, lambda *step: said.append(step)).run(discovery)
    assert said == [
        ("Reading", 1, 2),
        ("Reading", 2, 2),
        ("Rewriting", 1, 2),
        ("Rewriting", 2, 2),
        ("Rewriting configuration", 1, 1),
    ]


def test_the_content_of_unchanged_files_is_not_kept(tree: Path) -> None:
    write_tree(tree, {f"t{n}.py": b"LEFT" + b" " * 100_000 for n in range(20)})
    outcome = run(tree)
    gc.collect()
    assert sum(len(result.old) + len(result.new) for result in outcome.whole_results) == 0


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_content_of_changed_files_is_spooled(tree: Path, jobs: int) -> None:
    big = b"OLD" + b" " * 10_000
    write_tree(tree, {f"t{n:02}.py": big for n in range(30)} | {"left.py": b"OLD LEFT", "requirements.txt": "OLD"})
    outcome = run(tree, jobs=jobs)
    assert sum(len(one.old) + len(one.new) for one in outcome.results) < 10_000
    assert [(one.path, one.changed, one.findings) for one in outcome.results] == [
        (one.path, one.changed, one.findings) for one in outcome.whole_results
    ]
    found = by_path(outcome)
    assert found["t00.py"].old == big
    assert found["t29.py"].new == big.replace(b"OLD", b"NEW")
    assert found["left.py"].new == b"NEW LEFT"


def test_a_remaining_use_in_a_changed_file_counts(tree: Path) -> None:
    write_tree(tree, {"requirements.txt": "OLD", "a.py": "import words\nx = 'OLD'\n", "b.py": "OLD"})
    found = by_path(run(tree))
    assert found["a.py"].changed
    assert found["requirements.txt"].findings[0].message == "a.py still holds an old word"
