"""Complete a killed run if all of its new files exist, else revert it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from asyncshim.migrate.write import apply, work_tree
from asyncshim.migrate.write.run_record import Stage

if TYPE_CHECKING:
    from asyncshim.migrate.write.journal import Store
    from asyncshim.migrate.write.run_record import Entry, Run


class Settled(StrEnum):
    """Whether an interrupted run was completed or reverted."""

    FINISHED = "finished"
    TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Recovery:
    """``paths`` are the files of the run, ``edited`` those that were edited since and are not changed."""

    how: Settled
    paths: tuple[str, ...]
    edited: tuple[str, ...]


def settle(store: Store) -> Recovery | None:
    """Complete or revert an interrupted run; the caller holds the lock of the store."""
    run = store.unfinished()
    if run is None:
        return None
    if run.stage is Stage.PREPARING:
        return _drop(store, run)
    return _finish(store, run) if _can_finish(store, run) else take_back(store, run)


def take_back(store: Store, run: Run) -> Recovery:
    """Restore the old content of every file of an interrupted run."""
    root = store.root(run)
    apply.discard(root, run.entries)
    changed: list[Entry] = []
    edited: list[str] = []
    for entry in run.entries:
        now = work_tree.digest_of(root, entry.path)
        if now == entry.after:
            changed.append(entry)
        elif now != entry.before:
            edited.append(entry.path)
    for entry in changed:
        work_tree.create_like(root, entry.path, entry.temporary, store.old_bytes(run, entry), entry.mode)
        work_tree.replace(root, entry.temporary, entry.path)
    store.forget(run.number)
    return Recovery(Settled.TAKEN_BACK, tuple(entry.path for entry in changed), tuple(edited))


def _drop(store: Store, run: Run) -> Recovery:
    apply.discard(store.root(run), run.entries)
    store.forget(run.number)
    return Recovery(Settled.TAKEN_BACK, (), ())


def _can_finish(store: Store, run: Run) -> bool:
    root = store.root(run)
    return all(
        work_tree.digest_of(root, entry.temporary) == entry.after
        for entry in run.entries
        if work_tree.digest_of(root, entry.path) == entry.before
    )


def _finish(store: Store, run: Run) -> Recovery:
    root = store.root(run)
    edited_python = any(
        work_tree.digest_of(root, entry.path) not in (entry.before, entry.after)
        for entry in run.entries
        if apply.is_python(entry.path)
    )
    waiting = [entry for entry in run.entries if work_tree.digest_of(root, entry.path) == entry.before]
    if edited_python and run.undoes is None:
        waiting = [entry for entry in waiting if apply.is_python(entry.path)]
    apply.commit(root, waiting, config_rests_on_python=run.undoes is None)
    apply.discard(root, run.entries)
    done = [entry for entry in run.entries if work_tree.digest_of(root, entry.path) == entry.after]
    apply.close(store, run, done)
    paths = {entry.path for entry in done}
    edited = tuple(entry.path for entry in run.entries if entry.path not in paths)
    return Recovery(Settled.FINISHED, tuple(sorted(paths)), edited)
