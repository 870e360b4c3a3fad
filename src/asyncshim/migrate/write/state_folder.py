"""The folder for the data of ``undo``: a private folder of the user for each project, outside of any work tree.

Journals are never read from a repository, because it can contain any file. Two users of one work tree have separate
folders and locks; neither overwrites a file that changed since it was read.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path

from asyncshim.errors import UsageError
from asyncshim.migrate.read.user_folder import user_folder

_REMEDY = "set XDG_STATE_HOME to a folder that you own and may write to"


def folder_for(root: Path) -> Path:
    """Return the folder of a project, named by the digest of its real path, without creating it."""
    key = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:32]
    base = user_folder("state")
    if base is None:
        raise UsageError(f"there is no home folder to keep the data for `undo` in: {_REMEDY}")
    return base / key


def create(folder: Path) -> None:
    """Create the folder, readable only by its owner; raise if that is not possible."""
    try:
        folder.parent.parent.mkdir(0o700, parents=True, exist_ok=True)
        for path in (folder.parent, folder):
            path.mkdir(0o700, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{folder}: the data for `undo` cannot be kept there ({error.strerror}), so nothing was written: {_REMEDY}"
        ) from error
    check(folder)


def check(path: Path, *, is_folder: bool = True) -> None:
    """Refuse a file or folder that another user may have written, or that is a link."""
    status = path.lstat()
    wanted = stat.S_ISDIR if is_folder else stat.S_ISREG
    reason = "" if wanted(status.st_mode) else f"is not a {'folder' if is_folder else 'regular file'}"
    if sys.platform != "win32" and not reason:
        if status.st_uid != os.geteuid():
            reason = "belongs to another user"
        elif stat.S_IMODE(status.st_mode) & 0o077:
            reason = "can be used by other users"
    if reason:
        raise UsageError(f"{path}: {reason}, so it is not used and nothing was done: remove it, or {_REMEDY}")
