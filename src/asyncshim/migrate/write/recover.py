"""What a killed run left behind: finish it where everything for that is there, else take it back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from asyncshim.migrate.read import files
from asyncshim.migrate.write import apply

if TYPE_CHECKING:
    from asyncshim.migrate.write.journal import Entry, Run, Store

from asyncshim.migrate.write.journal import Stage


class Settled(StrEnum):
    """How an interrupted run ended after all."""

    FINISHED = "finished"
    TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Recovery:
    """``paths`` are the files concerned, ``edited`` those of them that somebody changed since and that were left."""

    how: Settled
    paths: tuple[str, ...]
    edited: tuple[str, ...]


def settle(store: Store) -> Recovery | None:
    """Bring an interrupted run to an end; the caller holds the store's lock."""
    run = store.unfinished()
    if run is None:
        return None
    if run.stage is Stage.PREPARING:
        return _drop(store, run)
    return _finish(store, run) if _can_finish(store, run) else take_back(store, run)


def take_back(store: Store, run: Run) -> Recovery:
    """Give every file of an interrupted run its old bytes again."""
    root = store.root(run)
    apply.discard(root, run.entries)
    changed: list[Entry] = []
    edited: list[str] = []
    for entry in run.entries:
        now = files.digest_of(root / entry.path)
        if now == entry.after:
            changed.append(entry)
        elif now != entry.before:
            edited.append(entry.path)
    for entry in changed:
        apply.prepare_one(root, entry, store.old_bytes(run, entry))
        (root / entry.temporary).replace(root / entry.path)
    store.forget(run.number)
    return Recovery(Settled.TAKEN_BACK, tuple(entry.path for entry in changed), tuple(edited))


def _drop(store: Store, run: Run) -> Recovery:
    apply.discard(store.root(run), run.entries)
    store.forget(run.number)
    return Recovery(Settled.TAKEN_BACK, (), ())


def _can_finish(store: Store, run: Run) -> bool:
    root = store.root(run)
    return all(
        files.digest_of(root / entry.temporary) == entry.after
        for entry in run.entries
        if files.digest_of(root / entry.path) == entry.before
    )


def _finish(store: Store, run: Run) -> Recovery:
    root = store.root(run)
    waiting = [entry for entry in run.entries if files.digest_of(root / entry.path) == entry.before]
    apply.commit(root, waiting)
    apply.discard(root, run.entries)
    done = [entry for entry in run.entries if files.digest_of(root / entry.path) == entry.after]
    apply.close(store, run, done)
    paths = {entry.path for entry in done}
    edited = tuple(entry.path for entry in run.entries if entry.path not in paths)
    return Recovery(Settled.FINISHED, tuple(sorted(paths)), edited)
