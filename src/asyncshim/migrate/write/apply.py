"""Write a plan in two phases: write every new file beside its target, then replace the targets one by one.

After a kill, a crash or a full disk each file has its old or its new content. The journal records how to complete or
revert the run (see :mod:`asyncshim.migrate.write.recover`).
"""

from __future__ import annotations

import errno
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.interrupts import deferred_interrupts
from asyncshim.migrate.read import files
from asyncshim.migrate.write import work_tree
from asyncshim.migrate.write.run_record import Entry, Run, Stage

if TYPE_CHECKING:
    from asyncshim.migrate.plan.plan import FileChange, Plan
    from asyncshim.migrate.write.journal import Store

# Errors of one file. Any other error, such as a full disk, also concerns the files that follow.
_OF_ONE_FILE = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EINVAL}
)
CHANGED = "changed since it was read: it was not overwritten, run again"
RESTS_ON_OTHERS = "not written, because a Python file of the same run was not written"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not changed, and the reason."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Applied:
    """The result of a plan; ``split`` are written files with other hard links, which keep the old content."""

    written: tuple[str, ...]
    refused: tuple[Refusal, ...] = ()
    split: tuple[str, ...] = ()


def apply(plan: Plan, store: Store, root: Path, undoes: int | None = None) -> Applied:
    """Write a plan; the caller holds the lock of the store."""
    store.create()
    number = store.next_number()
    run = Run(number, Stage.PREPARING, store.relative(root), _entries(plan.edits), undoes)
    try:
        run, refused, split = _prepare(run, plan.edits, store, root)
        store.save(replace(run, stage=Stage.COMMITTING))
    except BaseException as error:
        discard(root, run.entries)
        store.forget(number)
        if isinstance(error, OSError):
            raise AsyncshimError(f"nothing was written, every file is as it was: {error.strerror}") from error
        raise
    written: list[Entry] = []
    try:
        with deferred_interrupts():
            written, changed = commit(root, run.entries, config_rests_on_python=undoes is None)
            close(store, run, written)
    except OSError as error:
        remedy = "`migrate` completes it, `undo` reverts it" if undoes is None else "run `undo` again"
        raise AsyncshimError(
            f"files were replaced, but the record of this run is not complete ({error.strerror}): {remedy}"
        ) from error
    except KeyboardInterrupt as interrupt:
        if not written:
            raise
        done = "changed; `python -m asyncshim undo` reverts them" if undoes is None else "reverted"
        raise KeyboardInterrupt(f"the files of this run were {done}") from interrupt
    paths = tuple(entry.path for entry in written)
    return Applied(paths, (*refused, *changed), tuple(path for path in paths if path in split))


def commit(root: Path, entries: Iterable[Entry], *, config_rests_on_python: bool) -> tuple[list[Entry], list[Refusal]]:
    """Replace the files that did not change since they were read.

    Python files are first; configuration files are replaced only if all Python files were.
    """
    written: list[Entry] = []
    refused: list[Refusal] = []
    for entry in sorted(entries, key=lambda entry: not is_python(entry.path)):
        reason = None
        if config_rests_on_python and not is_python(entry.path) and any(is_python(one.path) for one in refused):
            reason = RESTS_ON_OTHERS
        elif work_tree.digest_of(root, entry.path) != entry.before:
            reason = CHANGED
        else:
            try:
                work_tree.replace(root, entry.temporary, entry.path)
            except OSError as error:
                reason = f"cannot be replaced: {error.strerror}"
        if reason is None:
            written.append(entry)
        else:
            refused.append(Refusal(entry.path, reason))
            work_tree.remove(root, entry.temporary)
    _sync_folders(root, written)
    return sorted(written, key=lambda entry: entry.path), refused


def is_python(path: str) -> bool:
    """Return whether a file is Python code, not configuration."""
    return path.endswith(".py")


def close(store: Store, run: Run, written: Sequence[Entry]) -> None:
    """Mark a run as done, so that it can be undone; after an undo, forget both runs.

    A run that wrote nothing, because another run was faster, is forgotten, too.
    """
    if run.undoes is None and not written:
        store.forget(run.number)
        return
    if run.undoes is None:
        store.save(replace(run, stage=Stage.DONE, entries=tuple(written)))
        store.forget_old()
        return
    if run.undoes in store.numbers():
        undone = store.load(run.undoes)
        paths = {entry.path for entry in written}
        left = tuple(entry for entry in undone.entries if entry.path not in paths)
        if left:
            store.save(replace(undone, entries=left))
        else:
            store.forget(undone.number)
    store.forget(run.number)


def discard(root: Path, entries: Iterable[Entry]) -> None:
    """Remove the new files that are not used."""
    for entry in entries:
        work_tree.remove(root, entry.temporary)


def _prepare(run: Run, edits: Sequence[FileChange], store: Store, root: Path) -> tuple[Run, list[Refusal], set[str]]:
    store.save_pack(run.number, (edit.old.data for edit in edits))
    store.save(run)
    ready: list[Entry] = []
    refused: list[Refusal] = []
    split: set[str] = set()
    for entry, edit in zip(run.entries, edits, strict=True):
        try:
            if work_tree.create_like(root, entry.path, entry.temporary, edit.new.data, entry.mode):
                split.add(entry.path)
        except OSError as error:
            if error.errno not in _OF_ONE_FILE:
                raise
            work_tree.remove(root, entry.temporary)
            replaced = error.errno in {errno.ELOOP, errno.EINVAL}  # by a link, a FIFO or a device
            refused.append(Refusal(entry.path, CHANGED if replaced else f"cannot be replaced: {error.strerror}"))
        else:
            ready.append(entry)
    if run.undoes is None and any(is_python(refusal.path) for refusal in refused):
        waiting = [entry for entry in ready if not is_python(entry.path)]
        discard(root, waiting)
        refused += [Refusal(entry.path, RESTS_ON_OTHERS) for entry in waiting]
        ready = [entry for entry in ready if is_python(entry.path)]
    _sync_folders(root, ready)
    return replace(run, entries=tuple(ready)), refused, split


def _entries(edits: Iterable[FileChange]) -> tuple[Entry, ...]:
    token, offset = secrets.token_hex(16), 0
    entries: list[Entry] = []
    for number, edit in enumerate(edits):
        # A new name, because the name of the target with a suffix could be too long for the file system.
        temporary = PurePosixPath(edit.path).with_name(f".asyncshim-{token}-{number}.tmp").as_posix()
        entries.append(Entry(edit.path, temporary, edit.old.digest, edit.new.digest, edit.mode, offset, edit.old.size))
        offset += edit.old.size
    return tuple(entries)


def _sync_folders(root: Path, entries: Iterable[Entry]) -> None:
    for folder in sorted({(root / entry.path).parent for entry in entries}):
        files.sync_folder(folder)
