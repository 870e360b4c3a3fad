"""Run the engine, or return what an earlier run found in the same files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, cast

from asyncshim.migrate.cache.entries import UnusableEntryError, decoded, encoded
from asyncshim.migrate.cache.fingerprint import Fingerprint, fingerprint

if TYPE_CHECKING:
    from asyncshim.migrate.cache.folder import CacheFolder
    from asyncshim.migrate.plan.engine import Engine
    from asyncshim.migrate.plan.outcome import Outcome
    from asyncshim.migrate.read.discover import Discovery

_OUTCOME, _COUNTS = "outcome", "counts"


class Remembered:
    """The cached results for the files of one run, as they were when it began."""

    def __init__(self, folder: CacheFolder, engine: Engine, discovery: Discovery) -> None:
        self._folder = folder
        self._engine = engine
        self._discovery = discovery

    def outcome(self) -> Outcome:
        """Return the outcome of the run, without the bytes of rewritten files."""
        known = self._known_outcome()
        if known is not None:
            return known
        outcome = self._engine.run(self._discovery)
        if outcome.is_repeatable and self._is_unchanged():
            self._keep(_OUTCOME, encoded(outcome))
        return outcome

    def counted(self, count: Callable[[], list[int]]) -> tuple[Outcome, list[int]]:
        """Return the outcome, and the numbers that ``count`` finds in the files."""
        outcome = self._known_outcome()
        counts = None if outcome is None else self._known_counts()
        if outcome is not None and counts is not None:
            return outcome, counts
        is_new = outcome is None
        outcome = self._engine.run(self._discovery) if outcome is None else outcome
        counts = count()
        if outcome.is_repeatable and self._is_unchanged():
            if is_new:
                self._keep(_OUTCOME, encoded(outcome))
            self._keep(_COUNTS, counts)
        return outcome, counts

    @cached_property
    def _found(self) -> Fingerprint | None:
        try:
            return fingerprint(self._engine, self._discovery)
        except OSError:  # the rules are not files in a folder
            return None

    def _is_unchanged(self) -> bool:
        """Return whether no file was written since the run began: what was found may be about the new content."""
        return self._found is not None and fingerprint(self._engine, self._discovery) == self._found

    def _known(self, what: str) -> object:
        return None if self._found is None else self._folder.get(_key(self._found, what))

    def _keep(self, what: str, content: object) -> None:
        if self._found is not None:
            self._folder.put(_key(self._found, what), content)

    def _known_outcome(self) -> Outcome | None:
        content = self._known(_OUTCOME)
        try:
            return None if content is None else decoded(content)
        except UnusableEntryError:
            return None

    def _known_counts(self) -> list[int] | None:
        content = self._known(_COUNTS)
        if not isinstance(content, list):
            return None
        numbers = cast("list[object]", content)
        known = [number for number in numbers if isinstance(number, int)]
        return known if len(known) == len(numbers) == 2 * len(self._discovery.targets) else None


def _key(found: Fingerprint, what: str) -> str:
    return hashlib.sha256(f"{found.content} {what}".encode()).hexdigest()
