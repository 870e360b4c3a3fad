"""What one file cannot know about the others: settings, overrides, who imports what. Plain, picklable, mergeable."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Settings:
    """What one pytest configuration file says about asyncio; None where it is silent."""

    path: str
    mode: str | None = None
    mode_code: str = "ASH401"
    """The rule that removes the mode from this file: ASH401, or ASH402 when ``addopts`` sets it."""
    fixture_loop_scope: str | None = None
    test_loop_scope: str | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A fixture named ``event_loop`` in a file; ``plain`` when it only makes a fresh default loop."""

    path: str
    plain: bool


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """Everything known about the files that were given, beyond the one at hand."""

    settings: tuple[Settings, ...] = ()
    overrides: tuple[Override, ...] = ()
    imported: frozenset[tuple[str, str]] = field(default_factory=frozenset[tuple[str, str]])
    """Pairs of (last part of a module's name, name) for every ``from module import name`` in the paths."""

    def merge(self, other: ProjectFacts) -> ProjectFacts:
        """The facts of both."""
        return ProjectFacts(
            (*self.settings, *other.settings), (*self.overrides, *other.overrides), self.imported | other.imported
        )

    def settings_for(self, path: str) -> Settings:
        """The settings that pytest would read for ``path``: those of the nearest folder above it that has any."""
        best, depth = Settings(""), -1
        for settings in self.settings:
            folder = PurePosixPath(settings.path).parent
            if folder in PurePosixPath(path).parents and len(folder.parts) > depth:
                best, depth = settings, len(folder.parts)
        return best

    def imported_elsewhere(self, path: str, name: str) -> bool:
        """Whether some file imports ``name`` from the module that ``path`` is."""
        return (PurePosixPath(path).stem, name) in self.imported


def merge_all(parts: Iterable[ProjectFacts]) -> ProjectFacts:
    """The facts of all parts."""
    result = ProjectFacts()
    for part in parts:
        result = result.merge(part)
    return result
