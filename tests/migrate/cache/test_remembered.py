from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import tiny_rules
from asyncshim.migrate.cache import fingerprint as module
from asyncshim.migrate.cache.fingerprint import fingerprint
from asyncshim.migrate.cache.folder import CacheFolder
from asyncshim.migrate.cache.remembered import Remembered
from asyncshim.migrate.plan.engine import Engine
from asyncshim.migrate.plan.limits import Limits
from asyncshim.migrate.read.discover import discover
from asyncshim.migrate.read.project import find_project
from asyncshim_codemods.results import FileResult, Options
from repositories import write_tree

FILES = {"pytest.ini": "", "a.py": "x = OLD LEFT", "b.py": "nothing", "c.py": "BROKEN", "sub/pytest.ini": "OLD"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "project", FILES)


def remembered(root: Path, **settings: object) -> Remembered:
    """Return what is known of a project; ``settings`` are those of the engine."""
    project = find_project([str(root)])
    engine = replace(Engine(project.root, tiny_rules.TINY, tiny_rules.EVERYTHING), **settings)
    return Remembered(CacheFolder(root.parent / "cache"), engine, discover(project, tiny_rules.is_config))


def refuse(*_: object) -> FileResult:
    raise AssertionError("the rules are asked again")


ASKED_AGAIN = replace(tiny_rules.TINY, rewrite_python=refuse, rewrite_config=refuse, collect_facts=refuse)


def entries(root: Path) -> int:
    return len([*(root.parent / "cache").glob("*.json")])


def test_the_second_run_gets_the_outcome_of_the_first_without_the_rules(root: Path) -> None:
    first = remembered(root).outcome()
    second = remembered(root, rules=ASKED_AGAIN).outcome()
    assert [result.path for result in second.results] == ["a.py", "c.py", "sub/pytest.ini"]
    for old, new in zip(first.results, second.results, strict=True):
        assert (old.path, old.changed, old.findings, old.error, old.error_line) == (
            *(new.path, new.changed, new.findings),
            *(new.error, new.error_line),
        )
    assert (first.files, first.note, first.outside, first.config) == (
        *(second.files, second.note),
        *(second.outside, second.config),
    )


def test_counts_are_kept_with_the_outcome(root: Path) -> None:
    counts = [1, 0, 2, 1, 3, 2]
    remembered(root).outcome()
    first = remembered(root, rules=ASKED_AGAIN).counted(lambda: counts)
    second = remembered(root, rules=ASKED_AGAIN).counted(list)
    assert first[1] == second[1] == counts
    assert second[0].results == first[0].results


def test_counts_of_another_number_of_files_are_not_used(root: Path) -> None:
    remembered(root).counted(lambda: [1, 2])
    assert remembered(root).counted(lambda: [1, 0, 2, 1, 3, 2])[1] == [1, 0, 2, 1, 3, 2]


def edit(root: Path) -> None:
    (root / "b.py").write_text("nothing!")


def same_size(root: Path) -> None:
    before = (root / "b.py").stat()
    (root / "b.py").write_text("anything"[:7])
    os.utime(root / "b.py", ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        edit,
        same_size,
        lambda root: (root / "new.py").write_text(""),
        lambda root: (root / "b.py").unlink(),
        lambda root: (root / "b.py").rename(root / "d.py"),
        lambda root: (root / "pytest.ini").write_text("[pytest]\n"),
        lambda root: (root / "a.py").chmod(0o444),
        lambda root: shutil.rmtree(root / "sub"),
    ],
)
def test_a_changed_file_is_seen(root: Path, change: Callable[[Path], object]) -> None:
    remembered(root).outcome()
    change(root)
    with pytest.raises(AssertionError, match="asked again"):
        remembered(root, rules=ASKED_AGAIN).outcome()


@pytest.mark.parametrize(
    "settings",
    [
        {"options": Options(frozenset({"ASH101"}))},
        {"options": replace(tiny_rules.EVERYTHING, unsafe=True)},
        {"options": replace(tiny_rules.EVERYTHING, runner="anyio")},
        {"options": replace(tiny_rules.EVERYTHING, runner_given=True)},
        {"limits": Limits(size=10)},
        {"looks_outside": True},
    ],
)
def test_other_options_are_seen(root: Path, settings: dict[str, object]) -> None:
    remembered(root).outcome()
    with pytest.raises(AssertionError, match="asked again"):
        remembered(root, rules=ASKED_AGAIN, **settings).outcome()


def test_a_file_that_is_written_without_a_change_is_as_before(root: Path) -> None:
    remembered(root).outcome()
    (root / "b.py").write_text(FILES["b.py"])
    (root / "b.py").chmod(0o755)
    remembered(root, rules=ASKED_AGAIN).outcome()


def test_a_copy_of_the_project_elsewhere_has_the_same_outcome(root: Path) -> None:
    first = remembered(root).outcome()
    shutil.move(root, root.parent / "moved")
    again = remembered(root.parent / "moved", rules=ASKED_AGAIN).outcome()
    assert [result.path for result in again.results] == [result.path for result in first.results]


def test_another_version_of_a_package_is_seen(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    (site / "libcst-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(site)
    remembered(root).outcome()
    remembered(root, rules=ASKED_AGAIN).outcome()
    (site / "libcst-1.0.dist-info").rename(site / "libcst-1.1.dist-info")
    with pytest.raises(AssertionError, match="asked again"):
        remembered(root, rules=ASKED_AGAIN).outcome()


def test_another_python_and_other_rules_are_seen(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = remembered(root)

    def content() -> str:
        return fingerprint(known._engine, known._discovery).content

    codemods = tmp_path / "codemods"
    write_tree(codemods, {"api.py": "", "rules/ash101.py": "a"})
    monkeypatch.setattr(module.catalog, "__file__", str(codemods / "api.py"))
    first = content()
    assert content() == first
    (codemods / "rules/ash101.py").write_text("a, b")
    second = content()
    (codemods / "rules/ash102.py").write_text("")
    third = content()
    monkeypatch.setattr(module.sys, "version", "4.0")
    assert len({first, second, third, content()}) == 4


def test_without_the_files_of_the_rules_nothing_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.catalog, "__file__", str(root / "asyncshim.pyz/asyncshim_codemods/api.py"))
    assert remembered(root).outcome().files == 5
    assert remembered(root).counted(lambda: [0] * 6)[1] == [0] * 6
    assert entries(root) == 0


@pytest.mark.parametrize("back", [False, True])
def test_nothing_is_kept_if_a_file_changes_during_the_run(root: Path, back: bool) -> None:
    def rewrite(path: str, data: bytes, facts: object, options: Options) -> FileResult:
        (root / "b.py").write_text("OLD")
        if back:
            (root / "b.py").unlink()
            (root / "b.py").write_text(FILES["b.py"])
        return tiny_rules.rewrite_python(path, data, facts, options)

    remembered(root, rules=replace(tiny_rules.TINY, rewrite_python=rewrite)).outcome()
    assert entries(root) == 0


def test_nothing_is_kept_if_a_rule_crashes(root: Path) -> None:
    (root / "d.py").write_text("CRASH")
    assert remembered(root).outcome().visited[2].details
    assert entries(root) == 0


def test_nothing_is_kept_if_a_process_dies(root: Path) -> None:
    write_tree(root, {f"x{number}.py": "OLD" for number in range(30)} | {"d.py": "DIE"})
    outcome = remembered(root, jobs=2).outcome()
    assert any("died" in (result.error or "") for result in outcome.results)
    assert entries(root) == 0


def test_nothing_is_kept_if_a_file_cannot_be_read(root: Path) -> None:
    known = remembered(root)
    (root / "b.py").unlink()
    known.outcome()
    assert entries(root) == 0


def test_a_damaged_entry_is_replaced(root: Path) -> None:
    known = remembered(root)
    known.outcome()
    assert known._found is not None
    (entry,) = (root.parent / "cache").glob("*.json")
    CacheFolder(root.parent / "cache").put(entry.stem, {"results": "of another version"})
    remembered(root).outcome()
    remembered(root, rules=ASKED_AGAIN).outcome()
