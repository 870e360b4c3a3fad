"""Writing a plan in two phases: everything is prepared beside its target, then put in place file by file.

A kill, a crash or a full disk at any moment leaves each file as it was or as it was to become; the journal says which
of both the others still have to become (see :mod:`asyncshim.migrate.write.recover`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.interrupts import deferred_interrupts
from asyncshim.migrate.read import files
from asyncshim.migrate.write.journal import Entry, Run, Stage, Store

if TYPE_CHECKING:
    from asyncshim.migrate.plan.plan import FileChange, Plan

# Reasons that concern one file. Any other failure (a full disk, a dying one) concerns all that follow.
_OF_ONE_FILE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
CHANGED = "changed since it was read: it was not overwritten, run again"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was left alone, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a plan."""

    written: tuple[str, ...]
    refused: tuple[Refusal, ...] = ()


def apply(plan: Plan, store: Store, root: Path, undoes: int | None = None) -> Applied:
    """Write a plan; the caller holds the store's lock."""
    number = store.next_number()
    run = Run(number, Stage.PREPARING, store.relative(root), _entries(plan.edits), undoes)
    try:
        run, refused = _prepare(run, plan.edits, store, root)
        store.save(replace(run, stage=Stage.COMMITTING))
    except BaseException as error:
        discard(root, run.entries)
        store.forget(number)
        if isinstance(error, OSError):
            raise AsyncshimError(f"nothing was written, every file is as it was: {error.strerror}") from error
        raise
    with deferred_interrupts():
        written, changed = commit(root, run.entries)
        close(store, run, written)
    return Applied(tuple(entry.path for entry in written), (*refused, *changed))


def commit(root: Path, entries: Iterable[Entry]) -> tuple[list[Entry], list[Refusal]]:
    """Put prepared files in place of those that still hold what was read."""
    written: list[Entry] = []
    refused: list[Refusal] = []
    for entry in entries:
        target, temporary = root / entry.path, root / entry.temporary
        if files.digest_of(target) != entry.before:
            refused.append(Refusal(entry.path, CHANGED))
            _remove(temporary)
            continue
        try:
            temporary.replace(target)
        except OSError as error:
            refused.append(Refusal(entry.path, f"cannot be replaced: {error.strerror}"))
            _remove(temporary)
        else:
            written.append(entry)
    _sync_folders(root, written)
    return written, refused


def close(store: Store, run: Run, written: Sequence[Entry]) -> None:
    """Mark a run as done, so that it can be undone; an undo takes the run that it undid along.

    A run that wrote nothing, because another was faster, is no run: ``undo`` is for the one that did.
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
    """Remove what was prepared and will not be used."""
    for entry in entries:
        _remove(root / entry.temporary)


def prepare_one(root: Path, entry: Entry, data: bytes) -> None:
    """Write new bytes beside their target, with everything else about the target kept."""
    target, temporary = root / entry.path, root / entry.temporary
    files.write_synced(temporary, [data])
    shutil.copystat(target, temporary)
    status = os.lstat(target)
    if os.name != "nt" and (status.st_uid, status.st_gid) != (os.getuid(), os.getgid()):
        # Only root can give a file away; for anyone else it becomes theirs, as with any editor.
        with contextlib.suppress(PermissionError):
            os.chown(temporary, status.st_uid, status.st_gid)
    temporary.chmod(entry.mode)
    os.utime(temporary)


def _prepare(run: Run, edits: Sequence[FileChange], store: Store, root: Path) -> tuple[Run, list[Refusal]]:
    store.create()
    store.save_pack(run.number, (edit.old.data for edit in edits))
    store.save(run)
    ready: list[Entry] = []
    refused: list[Refusal] = []
    for entry, edit in zip(run.entries, edits, strict=True):
        try:
            prepare_one(root, entry, edit.new.data)
        except OSError as error:
            if error.errno not in _OF_ONE_FILE:
                raise
            _remove(root / entry.temporary)
            refused.append(Refusal(entry.path, f"cannot be replaced: {error.strerror}"))
        else:
            ready.append(entry)
    _sync_folders(root, ready)
    return replace(run, entries=tuple(ready)), refused


def _entries(edits: Iterable[FileChange]) -> tuple[Entry, ...]:
    token, offset = secrets.token_hex(4), 0
    entries: list[Entry] = []
    for number, edit in enumerate(edits):
        # A name of our own: the target's with a suffix could be longer than the file system allows.
        temporary = PurePosixPath(edit.path).with_name(f".asyncshim-{token}-{number}.tmp").as_posix()
        entries.append(Entry(edit.path, temporary, edit.old.digest, edit.new.digest, edit.mode, offset, edit.old.size))
        offset += edit.old.size
    return tuple(entries)


def _remove(path: Path) -> None:
    # Left behind, it is a hidden file that no tool collects; failing here would hide the first failure.
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _sync_folders(root: Path, entries: Iterable[Entry]) -> None:
    for folder in sorted({(root / entry.path).parent for entry in entries}):
        files.sync_folder(folder)
