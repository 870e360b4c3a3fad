from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.migrate.plan.plan import FileChange, Spool, of
from asyncshim.migrate.read import files
from asyncshim.migrate.write import apply
from asyncshim.migrate.write.journal import Store
from asyncshim.migrate.write.undo import EDITED, undo
from repositories import mode, read_tree, write_tree

OLD = {"a.py": b"old a\r\n", "d/b.py": b"\xff\xfeold"}
NEW = {"a.py": b"new a\r\n", "d/b.py": b"\xff\xfenew"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "r", OLD)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "state", tmp_path)
    store.create()
    return store


def migrate(root: Path, store: Store, new: dict[str, bytes]) -> None:
    snapshots = {path: files.read(root / path) for path in new}
    edits = of(
        FileChange.keeping(Spool(), path, snapshots[path].data, data, snapshots[path].mode)
        for path, data in new.items()
    )
    apply.apply(edits, store, root)


def test_undo_restores_content_and_modes(root: Path, store: Store) -> None:
    (root / "a.py").chmod(0o750)
    migrate(root, store, NEW)
    (root / "a.py").chmod(0o600)
    done = undo(store)
    assert done == apply.Applied(("a.py", "d/b.py"))
    assert read_tree(root) == OLD
    assert mode(root / "a.py") == 0o750


def test_a_second_undo_reverts_the_run_before(root: Path, store: Store) -> None:
    migrate(root, store, NEW)
    migrate(root, store, {"a.py": b"newer"})
    undo(store)
    assert read_tree(root) == NEW
    undo(store)
    assert read_tree(root) == OLD
    assert undo(store) is None


def test_an_edited_file_is_not_undone_until_it_has_the_migrated_content(root: Path, store: Store) -> None:
    migrate(root, store, NEW)
    write_tree(root, {"a.py": "edited"})
    done = undo(store)
    assert done == apply.Applied(("d/b.py",), (apply.Refusal("a.py", EDITED),))
    assert read_tree(root) == {**OLD, "a.py": b"edited"}
    assert undo(store) == apply.Applied((), (apply.Refusal("a.py", EDITED),))
    write_tree(root, {"a.py": NEW["a.py"]})
    assert undo(store) == apply.Applied(("a.py",))
    assert read_tree(root) == OLD
    assert undo(store) is None


def test_a_deleted_file_is_reported_by_undo(root: Path, store: Store) -> None:
    migrate(root, store, NEW)
    (root / "a.py").unlink()
    done = undo(store)
    assert done is not None
    assert done.refused == (apply.Refusal("a.py", "cannot be read: No such file or directory"),)
    assert read_tree(root) == {"d/b.py": OLD["d/b.py"]}


def test_only_the_last_runs_are_kept(root: Path, store: Store) -> None:
    for number in range(15):
        migrate(root, store, {"a.py": b"%d" % number})
    assert len(store.numbers()) == 10
    for _ in range(10):
        assert undo(store) is not None
    assert undo(store) is None
    assert (root / "a.py").read_bytes() == b"4"
