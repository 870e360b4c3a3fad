from __future__ import annotations

import errno
import os
import signal
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.plan.plan import FileChange, Plan, Spool, of
from asyncshim.migrate.read import files
from asyncshim.migrate.write import apply
from asyncshim.migrate.write.journal import Store
from asyncshim.migrate.write.run_record import Stage
from repositories import mode, read_tree, write_tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "r", {"tests/a.py": "old a", "tests/b.py": "old b", "c.ini": "old c"})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "state", tmp_path)
    store.create()
    return store


def plan(root: Path, changes: Mapping[str, bytes]) -> Plan:
    return of(
        FileChange.keeping(Spool(), path, snapshot.data, new, snapshot.mode)
        for path, new in changes.items()
        for snapshot in [files.read(root / path)]
    )


CHANGES = {"tests/a.py": b"new a", "tests/b.py": b"new b", "c.ini": b"new c"}


def test_a_plan_is_written_without_other_files(root: Path, store: Store) -> None:
    applied = apply.apply(plan(root, CHANGES), store, root)
    assert applied == apply.Applied(("c.ini", "tests/a.py", "tests/b.py"))
    assert read_tree(root) == CHANGES
    run = store.last()
    assert run is not None
    assert run.stage is Stage.DONE
    assert store.unfinished() is None


@pytest.mark.parametrize("bits", [0o755, 0o600, 0o640, 0o4755, 0o664])
def test_permission_bits_are_kept(root: Path, store: Store, bits: int) -> None:
    (root / "c.ini").chmod(bits)
    apply.apply(plan(root, {"c.ini": b"new"}), store, root)
    assert mode(root / "c.ini") == bits


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give files away")
def test_the_owner_is_kept(root: Path, store: Store) -> None:
    os.chown(root / "c.ini", 1234, 4321)
    apply.apply(plan(root, {"c.ini": b"new"}), store, root)
    status = (root / "c.ini").stat()
    assert (status.st_uid, status.st_gid) == (1234, 4321)


def test_a_file_that_changed_and_the_configuration_are_not_overwritten(root: Path, store: Store) -> None:
    prepared = plan(root, CHANGES)
    (root / "tests/a.py").write_bytes(b"work of a person")
    applied = apply.apply(prepared, store, root)
    assert applied.written == ("tests/b.py",)
    assert applied.refused == (
        apply.Refusal("tests/a.py", apply.CHANGED),
        apply.Refusal("c.ini", apply.RESTS_ON_OTHERS),
    )
    assert read_tree(root) == {"tests/a.py": b"work of a person", "tests/b.py": b"new b", "c.ini": b"old c"}


def test_a_run_that_wrote_nothing_cannot_be_undone(root: Path, store: Store) -> None:
    first, late = plan(root, CHANGES), plan(root, CHANGES)
    apply.apply(first, store, root)
    written = store.last()
    assert apply.apply(late, store, root).written == ()
    assert store.last() == written


def test_a_deleted_file_is_not_created_again(root: Path, store: Store) -> None:
    prepared = plan(root, CHANGES)
    (root / "tests/a.py").unlink()
    applied = apply.apply(prepared, store, root)
    assert applied.refused == (
        apply.Refusal("tests/a.py", "cannot be replaced: No such file or directory"),
        apply.Refusal("c.ini", apply.RESTS_ON_OTHERS),
    )
    assert read_tree(root) == {"tests/b.py": b"new b", "c.ini": b"old c"}


def test_a_file_that_became_a_symbolic_link_is_not_replaced(root: Path, store: Store, tmp_path: Path) -> None:
    prepared = plan(root, {"tests/a.py": b"new a"})
    (tmp_path / "elsewhere").write_bytes(b"old a")
    (root / "tests/a.py").unlink()
    (root / "tests/a.py").symlink_to(tmp_path / "elsewhere")
    applied = apply.apply(prepared, store, root)
    assert applied.written == ()
    assert applied.refused == (apply.Refusal("tests/a.py", apply.CHANGED),)
    assert (root / "tests/a.py").is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == b"old a"


def test_a_full_disk_before_the_first_replacement_leaves_all_files_unchanged(
    root: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # the limit would cut compiled files off, for all to import
    before = read_tree(root)
    for room in (0, 10, 2_000, 12_000):
        resource = pytest.importorskip("resource")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        prepared = plan(root, {**CHANGES, "tests/b.py": b"x" * 20_000})
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            with pytest.raises(AsyncshimError, match="nothing was written, every file is as it was: File too large"):
                apply.apply(prepared, store, root)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert read_tree(root) == before
        assert store.numbers() == []
        assert not list((tmp_path / "state").glob("run-*"))


def test_an_interrupt_while_preparing_removes_all_new_files(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_tree(root)
    calls = iter(range(100))

    def write_then_interrupt(path: Path, parts: list[bytes], dir_fd: int | None = None) -> None:
        real(path, parts, dir_fd=dir_fd)
        if next(calls) == 3:
            raise KeyboardInterrupt

    real = files.write_synced
    monkeypatch.setattr(files, "write_synced", write_then_interrupt)
    with pytest.raises(KeyboardInterrupt):
        apply.apply(plan(root, CHANGES), store, root)
    assert read_tree(root) == before
    assert store.numbers() == []


def test_an_interrupt_while_replacing_waits_for_the_last_file(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def interrupt_then_replace(source: str, target: str, **folders: int | None) -> None:
        if not str(target).endswith("journal.json"):
            signal.raise_signal(signal.SIGINT)
        real(source, target, **folders)

    monkeypatch.setattr(os, "replace", interrupt_then_replace)
    with pytest.raises(KeyboardInterrupt, match="were changed; `python -m asyncshim undo` reverts them"):
        apply.apply(plan(root, CHANGES), store, root)
    assert read_tree(root) == CHANGES
    assert store.unfinished() is None


def test_a_refused_replacement_affects_only_that_file(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def refuse_one(source: str, target: str, **folders: int | None) -> None:
        if str(target).endswith("a.py"):
            raise OSError(errno.EPERM, "Operation not permitted")
        real(source, target, **folders)

    monkeypatch.setattr(os, "replace", refuse_one)
    applied = apply.apply(plan(root, {name: CHANGES[name] for name in ("tests/a.py", "tests/b.py")}), store, root)
    assert applied.refused == (apply.Refusal("tests/a.py", "cannot be replaced: Operation not permitted"),)
    assert read_tree(root) == {"tests/a.py": b"old a", "tests/b.py": b"new b", "c.ini": b"old c"}


def test_a_file_with_a_name_of_maximum_length_is_replaced(root: Path, store: Store) -> None:
    name = "t" * 252 + ".py"
    write_tree(root, {name: "old"})
    assert apply.apply(plan(root, {name: b"new"}), store, root).written == (name,)


def test_new_files_get_a_fresh_time_of_change(root: Path, store: Store) -> None:
    os.utime(root / "c.ini", (1, 1))
    apply.apply(plan(root, {"c.ini": b"new"}), store, root)
    assert (root / "c.ini").stat().st_mtime > 1_000_000_000
    assert stat.S_ISREG((root / "c.ini").lstat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="hard links of POSIX")
def test_a_hard_link_elsewhere_keeps_the_old_bytes_and_the_file_is_named(
    root: Path, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "other").hardlink_to(root / "tests/a.py")
    applied = apply.apply(plan(root, CHANGES), store, root)
    assert applied.split == ("tests/a.py",)
    assert (tmp_path / "other").read_bytes() == b"old a"
    assert read_tree(root) == CHANGES


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_a_folder_that_became_a_link_is_not_written_through(root: Path, store: Store, tmp_path: Path) -> None:
    prepared = plan(root, {"tests/a.py": b"new a"})
    (root / "tests").rename(tmp_path / "elsewhere")
    (root / "tests").symlink_to(tmp_path / "elsewhere")
    applied = apply.apply(prepared, store, root)
    assert applied.refused == (apply.Refusal("tests/a.py", "cannot be replaced: Not a directory"),)
    assert read_tree(tmp_path / "elsewhere") == {"a.py": b"old a", "b.py": b"old b"}


def test_an_existing_file_with_the_temporary_name_is_neither_overwritten_nor_followed(
    root: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply.secrets, "token_hex", lambda size: "0" * 2 * size)
    (tmp_path / "victim").write_bytes(b"mine")
    (root / f".asyncshim-{'0' * 32}-0.tmp").symlink_to(tmp_path / "victim")
    with pytest.raises(AsyncshimError, match="nothing was written, every file is as it was: File exists"):
        apply.apply(plan(root, CHANGES), store, root)
    assert (tmp_path / "victim").read_bytes() == b"mine"
