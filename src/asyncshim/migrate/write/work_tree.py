"""Access files of the work tree without following symbolic links.

On platforms with ``dir_fd``, each parent folder is opened without following links, and the file is opened relative to
that descriptor, so that a folder that is replaced by a link in the meantime has no effect. On Windows, the real path of
the folder is checked once before use.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from asyncshim.migrate.read import files

_HAS_DIR_FD = {os.open, os.stat, os.unlink, os.rename} <= os.supports_dir_fd
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder: an open descriptor, or ``None`` and the path."""

    path: Path
    descriptor: int | None

    def name(self, leaf: str) -> str:
        """Return the path of a file for calls with the descriptor of this folder."""
        return leaf if self.descriptor is not None else str(self.path / leaf)

    def read(self, leaf: str) -> files.Snapshot:
        """Read one file."""
        return files.read(self.name(leaf), dir_fd=self.descriptor)

    def digest(self, leaf: str) -> str | None:
        """Return the digest of a file's bytes, or ``None`` when it cannot be read."""
        try:
            return files.digest(self.read(leaf).data)
        except OSError:
            return None

    def remove(self, leaf: str) -> None:
        """Remove a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.name(leaf), dir_fd=self.descriptor)

    def replace(self, source: str, target: str) -> None:
        """Replace one file by another."""
        fd = self.descriptor
        os.replace(self.name(source), self.name(target), src_dir_fd=fd, dst_dir_fd=fd)

    def create_like(self, target: str, leaf: str, data: bytes, mode: int) -> bool:
        """Write a new file with the metadata of ``target``; return whether ``target`` has other hard links."""
        files.write_synced(self.name(leaf), [data], dir_fd=self.descriptor)
        with self._opened(target) as old, self._opened(leaf) as new:
            before, created = os.fstat(old), os.fstat(new)
            self._copy_attributes(target, old, leaf, new)
            if sys.platform != "win32":
                if (before.st_uid, before.st_gid) != (created.st_uid, created.st_gid):
                    # Only root can keep another owner; for other users the file becomes theirs, as with any editor.
                    with contextlib.suppress(PermissionError):
                        os.fchown(new, before.st_uid, before.st_gid)
                os.fchmod(new, mode)
                os.utime(new)
        if sys.platform == "win32":
            (self.path / leaf).chmod(mode)
            os.utime(self.path / leaf)
        return before.st_nlink > 1

    @contextmanager
    def _opened(self, leaf: str) -> Generator[int]:
        descriptor = os.open(self.name(leaf), files.READ_FLAGS, dir_fd=self.descriptor)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, files.NOT_REGULAR)
            yield descriptor
        finally:
            os.close(descriptor)

    def _copy_attributes(self, target: str, old: int, leaf: str, new: int) -> None:
        if sys.platform == "linux":
            for name in os.listxattr(old):
                with contextlib.suppress(OSError):  # as shutil.copystat does: not each file system keeps each attribute
                    os.setxattr(new, name, os.getxattr(old, name))
        else:
            shutil.copystat(self.path / target, self.path / leaf, follow_symlinks=False)


@contextmanager
def folder_of(root: Path, path: str) -> Generator[Folder]:
    """Open the folder of ``path`` (POSIX, relative to ``root``); raise ``OSError`` for a symbolic link in it."""
    parts = PurePosixPath(path).parts[:-1]
    where = root.joinpath(*parts)
    if not _HAS_DIR_FD:
        if os.path.realpath(where) != os.path.realpath(root) + "".join(os.sep + part for part in parts):
            raise OSError(errno.ENOTDIR, "its folder is reached through a link")
        yield Folder(where, None)
        return
    descriptor = os.open(root, _FOLDER)
    try:
        for part in parts:
            descriptor, above = os.open(part, _FOLDER, dir_fd=descriptor), descriptor
            os.close(above)
        yield Folder(where, descriptor)
    finally:
        os.close(descriptor)


def digest_of(root: Path, path: str) -> str | None:
    """Return the digest of a file's current bytes, or ``None`` when they cannot be read."""
    try:
        with folder_of(root, path) as folder:
            return folder.digest(_leaf(path))
    except OSError:
        return None


def read(root: Path, path: str) -> files.Snapshot:
    """Read one file."""
    with folder_of(root, path) as folder:
        return folder.read(_leaf(path))


def create_like(root: Path, target: str, path: str, data: bytes, mode: int) -> bool:
    """Write ``path`` beside ``target`` with the metadata of it; see :meth:`Folder.create_like`."""
    with folder_of(root, path) as folder:
        return folder.create_like(_leaf(target), _leaf(path), data, mode)


def replace(root: Path, source: str, target: str) -> None:
    """Replace ``target`` by ``source``, which is in the same folder."""
    with folder_of(root, target) as folder:
        folder.replace(_leaf(source), _leaf(target))


def remove(root: Path, path: str) -> None:
    """Remove a file, if that is possible."""
    # A remaining hidden file is harmless; an error here would hide the first one.
    with contextlib.suppress(OSError), folder_of(root, path) as folder:
        folder.remove(_leaf(path))


def _leaf(path: str) -> str:
    return path.rpartition("/")[2]
