"""Undo the last run, except for files that were edited since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim.migrate.plan import plan
from asyncshim.migrate.plan.plan import Spool
from asyncshim.migrate.read import files
from asyncshim.migrate.write import apply, recover, work_tree
from asyncshim.migrate.write.apply import Applied, Refusal
from asyncshim.migrate.write.run_record import Stage

if TYPE_CHECKING:
    from asyncshim.migrate.write.journal import Store
    from asyncshim.migrate.write.run_record import Run

EDITED = "was edited after that run and is not reverted: revert the change manually"


def undo(store: Store) -> Applied | None:
    """Undo the last run, completed or interrupted; ``None`` if there is none. The caller holds the lock."""
    run = store.unfinished()
    if run is not None and run.stage is Stage.COMMITTING and run.undoes is None:
        recovery = recover.take_back(store, run)
        return Applied(recovery.paths, tuple(Refusal(path, EDITED) for path in recovery.edited))
    if run is not None:
        recovered = recover.settle(store)
        return Applied(recovered.paths if recovered else ())
    run = store.last()
    return _revert(store, run) if run is not None else None


def _revert(store: Store, run: Run) -> Applied:
    root = store.root(run)
    spool = Spool()
    edits: list[plan.FileChange] = []
    refused: list[Refusal] = []
    for entry in run.entries:
        try:
            now = work_tree.read(root, entry.path).data
        except OSError as error:
            refused.append(Refusal(entry.path, f"cannot be read: {error.strerror}"))
            continue
        if files.digest(now) != entry.after:
            refused.append(Refusal(entry.path, EDITED))
            continue
        edits.append(plan.FileChange.keeping(spool, entry.path, now, store.old_bytes(run, entry), entry.mode))
    if not edits:
        return Applied((), tuple(refused))
    applied = apply.apply(plan.of(edits), store, root, undoes=run.number)
    return Applied(applied.written, (*refused, *applied.refused))
