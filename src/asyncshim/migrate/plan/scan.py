"""Read the files of a project for facts; note which of them matter, and which this process must not parse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.migrate.read import files

if TYPE_CHECKING:
    from asyncshim.migrate.plan.limits import Limits
    from asyncshim.migrate.plan.ruleset import RuleSet

Progress = Callable[[str, int, int], None]


def untold(phase: str, done: int, total: int) -> None:
    """Report no progress."""


class Scan:
    """What reading showed. Files that are ``given`` are not on disk."""

    def __init__(
        self,
        root: Path,
        rules: RuleSet,
        limits: Limits,
        progress: Progress,
        given: Mapping[str, files.Snapshot] | None = None,
    ) -> None:
        self._root = root
        self._rules = rules
        self._limits = limits
        self._progress = progress
        self._measured: set[str] = set()
        self.given = dict(given or {})
        self.relevant: set[str] = set()
        self.unreadable: set[str] = set()
        self.hidden: set[str] = set()  # those that are there, and may hold anything
        self.suspicious: set[str] = set()  # those that only another process may parse
        self.lost: list[str] = []  # those for which another process died, or took too long
        self.failed: dict[str, str] = {}  # those that a limit keeps from being used, with the reason

    def python(self, paths: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
        """Yield Python files; note those that are relevant."""
        for number, path in enumerate(paths, 1):
            self._progress("Reading", number, len(paths))
            data = self._read(path)
            if data is None:
                continue
            if self._rules.is_relevant(data):
                self.relevant.add(path)
            if self._is_ordinary(path, data):
                yield path, data

    def plain(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield files that can be read and parsed in this process."""
        for path in paths:
            data = self._read(path)
            if data is not None and self._is_ordinary(path, data):
                yield path, data

    def measure(self, paths: Iterable[str]) -> None:
        """Measure files that looked irrelevant when they were read, and are not."""
        for path in paths:
            if path not in self.relevant and (data := self._read(path)) is not None:
                self._measured.discard(path)
                self._is_ordinary(path, data, is_parsed=True)

    def _read(self, path: str) -> bytes | None:
        if path in self.given:
            return self.given[path].data
        try:
            return files.read(f"{self._root}/{path}", most=files.MOST).data
        except OSError as error:
            self.unreadable.add(path)
            if not isinstance(error, FileNotFoundError):
                self.hidden.add(path)
            return None

    def _is_ordinary(self, path: str, data: bytes, *, is_parsed: bool = False) -> bool:
        if path not in self._measured:
            self._measured.add(path)
            if len(data) > self._limits.size and self._rules.is_parsed_whole(path, data):
                self.failed[path] = self._limits.too_large()
            elif self._rules.is_suspicious(path, data, is_parsed):
                self.suspicious.add(path)
        return path not in self.suspicious and path not in self.failed
