"""A process is killed at every single system call that matters, one after the other; then the next one cleans up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from asyncshim.migrate.plan.plan import FileChange, Spool, of
from asyncshim.migrate.read import files
from asyncshim.migrate.write import apply
from asyncshim.migrate.write.journal import Store
from asyncshim.migrate.write.recover import Settled, settle
from asyncshim.migrate.write.undo import undo
from house.processes import environment
from repositories import read_tree, write_tree

OLD = {f"t{n}.py": b"old %d" % n for n in range(4)}
NEW = {f"t{n}.py": b"new %d" % n for n in range(4)}

# Counts the calls that change the disk, and dies as by SIGKILL just before or just after the given one.
KILLED = """\
import os, signal, sys
from pathlib import Path
from asyncshim.migrate.read import files
from asyncshim.migrate.write import apply, undo
from asyncshim.migrate.write.journal import Store
from asyncshim.migrate.plan.plan import FileChange, of
from asyncshim.migrate.plan.plan import Spool

root, state, action, fatal, moment = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5]
calls = 0

def counted(function):
    def call(*arguments, **options):
        global calls
        calls += 1
        if calls == fatal and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        number = calls
        try:
            return function(*arguments, **options)
        finally:
            if number == fatal and moment == "after":
                os.kill(os.getpid(), signal.SIGKILL)
    return call

for name in ("replace", "unlink", "fsync", "rename", "mkdir"):
    setattr(os, name, counted(getattr(os, name)))

store = Store(state, root.parent)
store.create()
if action == "migrate":
    names = sorted(path.name for path in root.glob("t*.py"))
    olds = {name: (root / name).read_bytes() for name in names}
    apply.apply(of(FileChange.keeping(Spool(), name, old, old.replace(b"old", b"new"), 0o644)
                   for name, old in olds.items()), store, root)
else:
    undo.undo(store)
print("survived")
"""


def killed(root: Path, state: Path, action: str, fatal: int, moment: str) -> bool:
    """Run in a process that dies at a call; whether it did."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(root), str(state), action, str(fatal), moment],
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, -9), done.stderr.decode()
    return done.returncode == -9


def each_kill(tmp_path: Path, action: str, moment: str) -> list[tuple[Path, Store]]:
    cases = []
    for fatal in range(1, 200):
        root, state = write_tree(tmp_path / f"{fatal}" / "r", OLD), tmp_path / f"{fatal}" / "state"
        if action == "undo":
            store = Store(state, root.parent)
            store.create()
            apply.apply(of(FileChange.keeping(Spool(), n, old, NEW[n], 0o644) for n, old in OLD.items()), store, root)
        if not killed(root, state, action, fatal, moment):
            return cases
        cases.append((root, Store(state, root.parent)))
    raise AssertionError("there was no end")


def assert_old_or_new(root: Path) -> None:
    for name, old in OLD.items():
        assert (root / name).read_bytes() in (old, NEW[name])


@pytest.mark.skipif(os.name == "nt", reason="kills of POSIX")
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("then", ["migrate", "undo"])
def test_a_killed_migrate_is_completed_or_reverted(tmp_path: Path, moment: str, then: str) -> None:
    cases = each_kill(tmp_path, "migrate", moment)
    assert len(cases) > 20
    outcomes = set()
    for root, store in cases:
        assert_old_or_new(root)
        was_done = store.last() is not None and store.unfinished() is None
        if then == "migrate":
            settle(store)
            assert read_tree(root) in (OLD, NEW)
        else:
            undo(store)
            assert read_tree(root) == OLD
        assert store.unfinished() is None
        outcomes.add((was_done, read_tree(root) == NEW))
    if then == "migrate":
        assert outcomes >= {(False, False), (False, True)}


@pytest.mark.skipif(os.name == "nt", reason="kills of POSIX")
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("then", ["migrate", "undo"])
def test_a_killed_undo_can_be_completed(tmp_path: Path, moment: str, then: str) -> None:
    for root, store in each_kill(tmp_path, "undo", moment):
        assert_old_or_new(root)
        if then == "migrate":
            settle(store)
            assert read_tree(root) in (OLD, NEW)
        # An undo that had not begun to write leaves the run to be undone.
        while undo(store) is not None:
            pass
        assert read_tree(root) == OLD
        assert store.numbers() == []


def interrupted(tmp_path: Path) -> tuple[Path, Store]:
    """A run that was killed between its second and its third replacement."""
    for fatal in range(1, 100):
        root, state = write_tree(tmp_path / f"{fatal}" / "r", OLD), tmp_path / f"{fatal}" / "state"
        assert killed(root, state, "migrate", fatal, "before")
        if sum((root / name).read_bytes() == NEW[name] for name in NEW) == 2:
            return root, Store(state, root.parent)
    raise AssertionError


@pytest.mark.skipif(os.name == "nt", reason="kills of POSIX")
class TestInTheMiddle:
    def test_settling_finishes_it(self, tmp_path: Path) -> None:
        root, store = interrupted(tmp_path)
        recovery = settle(store)
        assert recovery is not None
        assert (recovery.how, recovery.paths, recovery.edited) == (Settled.FINISHED, tuple(sorted(NEW)), ())
        assert read_tree(root) == NEW
        undo(store)
        assert read_tree(root) == OLD

    def test_settling_takes_it_back_when_what_was_prepared_is_gone(self, tmp_path: Path) -> None:
        root, store = interrupted(tmp_path)
        for path in root.glob(".asyncshim-*"):
            path.unlink()
        recovery = settle(store)
        assert recovery is not None
        assert recovery.how is Settled.TAKEN_BACK
        assert read_tree(root) == OLD

    def test_a_file_edited_meanwhile_is_left(self, tmp_path: Path) -> None:
        root, store = interrupted(tmp_path)
        write_tree(root, {"t0.py": "mine", "t3.py": "mine too"})
        recovery = settle(store)
        assert recovery is not None
        assert recovery.edited == ("t0.py", "t3.py")
        assert read_tree(root) == {**NEW, "t0.py": b"mine", "t3.py": b"mine too"}

    def test_undo_takes_it_back_and_names_what_was_edited(self, tmp_path: Path) -> None:
        root, store = interrupted(tmp_path)
        write_tree(root, {"t0.py": "mine"})
        done = undo(store)
        assert done is not None
        assert [refusal.path for refusal in done.refused] == ["t0.py"]
        assert read_tree(root) == {**OLD, "t0.py": b"mine"}


def test_without_an_interrupted_run_nothing_is_recovered(tmp_path: Path) -> None:
    assert settle(Store(tmp_path / "state", tmp_path)) is None
    root = write_tree(tmp_path / "r", OLD)
    store = Store(tmp_path / "state", tmp_path)
    store.create()
    apply.apply(of(FileChange.keeping(Spool(), n, OLD[n], NEW[n], files.read(root / n).mode) for n in OLD), store, root)
    assert settle(store) is None
