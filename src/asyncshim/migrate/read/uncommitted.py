"""Find files with uncommitted edits, without running filters of the repository.

``git status`` runs the configured filters on each file with a new modification time. This module lists the index and
HEAD and compares the files itself. A file counts as committed if

* its content has the object name in the index, or
* it has it with LF instead of CRLF, and git converts line ends for this file, or
* its size, times and inode are those that git recorded when it wrote the file. This covers filters (LFS), ``ident`` and
  ``working-tree-encoding``; such a file counts as uncommitted once it is touched, even if the filter would not differ.

``assume-unchanged`` and ``skip-worktree`` hide no edits, because git does not check the work tree here.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asyncshim.errors import UsageError
from asyncshim.migrate.read import files, git

if TYPE_CHECKING:
    from pathlib import Path

    from asyncshim.migrate.read.vcs import Repository

_ENTRY = re.compile(
    rb"(?P<mode>\d+) (?P<object>[0-9a-f]+) (?P<stage>\d)\t(?P<path>[^\0]*)\0"
    rb"(?:  ctime: (\d+):(\d+)\n  mtime: (\d+):(\d+)\n  dev: \d+\tino: (\d+)\n"
    rb"  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: [0-9a-f]+\n)?"
)
_TREE = re.compile(rb"(?P<mode>\d+) \w+ (?P<object>[0-9a-f]+)\t(?P<path>[^\0]*)\0")
_EXECUTABLE = "100755"
_32_BITS = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file of the index; ``noted`` is what git recorded of it: ctime, mtime, inode and size."""

    mode: str
    object: str
    noted: tuple[int, ...] | None


def uncommitted(repository: Repository, folder: Path, paths: Iterable[str]) -> list[str]:
    """Return those of ``paths`` (relative to ``folder``) that have uncommitted edits."""
    index, head = _index(folder), _head(folder)
    staged = {path for path, entry in index.items() if head.get(path) == (entry.mode, entry.object)}
    work_tree = _WorkTree(repository, folder)
    asked = sorted(set(paths))
    clean = {path for path in asked if path in staged and work_tree.is_as_in_index(path, index[path])}
    in_doubt = [path for path in work_tree.line_ends_differ if path not in clean]
    clean.update(_with_converted_line_ends(folder, in_doubt))
    return [path for path in asked if path not in clean]


class _WorkTree:
    """The files on disk."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        self._folder = folder
        self._index = repository.index.stat() if repository.index.exists() else None
        self._modes_count = os.name != "nt" and _setting(folder, "core.filemode") not in _FALSE
        self.line_ends_differ: list[str] = []

    def is_as_in_index(self, path: str, entry: _Entry) -> bool:
        """Return whether a file is as in the index; record it if only its line ends differ."""
        try:
            found = files.read(self._folder / path)
            status = (self._folder / path).lstat()
        except OSError:
            return False
        if self._modes_count and bool(found.mode & 0o100) is not (entry.mode == _EXECUTABLE):
            return False
        if _object_name(found.data, entry.object) == entry.object or self._is_untouched(status, entry):
            return True
        if b"\r\n" in found.data and _object_name(found.data.replace(b"\r\n", b"\n"), entry.object) == entry.object:
            self.line_ends_differ.append(path)
        return False

    def _is_untouched(self, status: os.stat_result, entry: _Entry) -> bool:
        if entry.noted is None or self._index is None:
            return False
        noted_ctime, noted_mtime, inode, size = entry.noted
        # A file that changed at the moment when git wrote the index may have changed after git read it.
        if not status.st_mtime_ns < self._index.st_mtime_ns or not status.st_ctime_ns < self._index.st_mtime_ns:
            return False
        return (
            _same_time(noted_ctime, status.st_ctime_ns)
            and _same_time(noted_mtime, status.st_mtime_ns)
            and inode in (0, status.st_ino & _32_BITS)
            and size == status.st_size & _32_BITS
        )


def _same_time(noted: int, now: int) -> bool:
    # Some builds of git note whole seconds.
    return noted == now or (noted % 10**9 == 0 and noted == now // 10**9 * 10**9)


def _index(folder: Path) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for match in _records(_ENTRY, git.output(folder, "ls-files", "-z", "--stage", "--debug")):
        if match["stage"] != b"0":
            continue  # a conflict that is not resolved
        numbers = [int(part) for part in match.groups()[4:] if part is not None]
        noted = None
        if numbers:
            ctime, ctime_ns, mtime, mtime_ns, inode, size = numbers
            noted = (ctime * 10**9 + ctime_ns, mtime * 10**9 + mtime_ns, inode, size)
        found[os.fsdecode(match["path"])] = _Entry(match["mode"].decode(), match["object"].decode(), noted)
    return found


def _head(folder: Path) -> dict[str, tuple[str, str]]:
    if git.run(folder, "rev-parse", "--quiet", "--verify", "HEAD^{commit}").returncode != 0:
        return {}  # there is no commit yet
    listed = git.output(folder, "ls-tree", "-r", "-z", "HEAD")
    return {
        os.fsdecode(match["path"]): (match["mode"].decode(), match["object"].decode())
        for match in _records(_TREE, listed)
    }


def _records(pattern: re.Pattern[bytes], output: bytes) -> Iterable[re.Match[bytes]]:
    position = 0
    while position < len(output):
        match = pattern.match(output, position)
        if match is None:
            raise UsageError("git lists its files in a form that asyncshim does not know: pass --allow-dirty")
        yield match
        position = match.end()


def _object_name(data: bytes, like: str) -> str:
    """Return git's object name for these bytes, with the algorithm of an existing name of that length."""
    algorithm = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


_FALSE = frozenset({"false", "no", "off", "0"})


def _setting(folder: Path, name: str) -> str:
    return os.fsdecode(git.run(folder, "config", "--get", name).stdout).strip().lower()


def _with_converted_line_ends(folder: Path, paths: Sequence[str]) -> Iterable[str]:
    """Return those files whose line ends git converts, by their attributes or by ``core.autocrlf``."""
    if not paths:
        return
    converts = _setting(folder, "core.autocrlf") not in {"", *_FALSE}
    named = b"".join(os.fsencode(path) + b"\0" for path in paths)
    fields = os.fsdecode(git.output(folder, "check-attr", "-z", "--stdin", "text", "eol", stdin=named)).split("\0")
    attributes: dict[str, dict[str, str]] = {}
    for path, attribute, value in zip(fields[0:-1:3], fields[1::3], fields[2::3], strict=True):
        attributes.setdefault(path, {})[attribute] = value
    for path in paths:
        text, eol = attributes[path]["text"], attributes[path]["eol"]
        if text != "unset" and (text != "unspecified" or eol != "unspecified" or converts):
            yield path
