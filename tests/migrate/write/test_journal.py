from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.read import files
from asyncshim.migrate.write.journal import Store
from asyncshim.migrate.write.run_record import Entry, Run, Stage


def entry(path: str, old: bytes, offset: int) -> Entry:
    return Entry(
        path, f".asyncshim-{'0' * 32}-{offset}.tmp", files.digest(old), files.digest(b"new"), 0o644, offset, len(old)
    )


def saved(store: Store, number: int, stage: Stage = Stage.DONE) -> Run:
    store.create()
    store.save_pack(number, [b"first", b"second"])
    run = Run(number, stage, ".", (entry("a.py", b"first", 0), entry("caf\udce9\n.py", b"second", 5)))
    store.save(run)
    return run


def test_a_run_is_read_back_as_it_was_saved(tmp_path: Path) -> None:
    store = Store(tmp_path / "state", tmp_path)
    run = saved(store, 3)
    assert store.load(3) == run
    assert store.last() == run
    assert [store.old_bytes(run, one) for one in run.entries] == [b"first", b"second"]


def test_reading_journals_creates_no_folder(tmp_path: Path) -> None:
    store = Store(tmp_path / "state", tmp_path)
    assert (store.last(), store.unfinished(), store.numbers(), store.next_number()) == (None, None, [], 1)
    store.remove_if_empty()
    assert list(tmp_path.iterdir()) == []


def test_only_the_last_run_can_be_unfinished(tmp_path: Path) -> None:
    store = Store(tmp_path / "state", tmp_path)
    saved(store, 1)
    run = saved(store, 2, Stage.COMMITTING)
    assert store.unfinished() == run
    assert store.next_number() == 3


def test_the_number_of_a_run_without_a_journal_is_not_used_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "state", tmp_path)
    saved(store, 1)
    store.save_pack(2, [b"x"])
    assert store.numbers() == [1]
    assert store.next_number() == 3
    store.forget_old()
    assert store.next_number() == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ('{"version": 1}', "was not written by asyncshim"),
        ('{"version": 99}', "is of another version of asyncshim"),
    ],
)
def test_a_journal_that_cannot_be_used_is_an_error_with_a_remedy(tmp_path: Path, content: str, message: str) -> None:
    store = Store(tmp_path / "state", tmp_path)
    saved(store, 1)
    (tmp_path / "state/run-000001/journal.json").write_text(content)
    with pytest.raises(AsyncshimError, match=message):
        store.last()


def test_damaged_old_content_is_not_restored(tmp_path: Path) -> None:
    store = Store(tmp_path / "state", tmp_path)
    run = saved(store, 1)
    (tmp_path / "state/run-000001/before.pack").write_bytes(b"xxxxxsecond")
    with pytest.raises(AsyncshimError, match=r"the stored bytes of a.py are damaged"):
        store.old_bytes(run, run.entries[0])
    assert store.old_bytes(run, run.entries[1]) == b"second"


def test_deleting_the_last_run_removes_the_folder(tmp_path: Path) -> None:
    store = Store(tmp_path / "state", tmp_path)
    saved(store, 1)
    store.remove_if_empty()
    assert store.numbers() == [1]
    store.forget(1)
    store.remove_if_empty()
    assert list(tmp_path.iterdir()) == []
