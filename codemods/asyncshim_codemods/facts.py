"""What one file cannot know about the others: settings, overrides, who imports what. Plain, picklable, mergeable."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from asyncshim_codemods.config.settings import Settings, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Override", "ProjectFacts", "Settings", "merge_all"]


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
    plugin_autoload: bool = True
    """Whether no file switches the loading of installed pytest plugins off."""
    still_needs_pytest_asyncio: tuple[str, ...] = ()
    """Why pytest-asyncio has to stay installed after this run, one reason an entry."""

    def merge(self, other: ProjectFacts) -> ProjectFacts:
        """The facts of both."""
        return ProjectFacts(
            (*self.settings, *other.settings),
            (*self.overrides, *other.overrides),
            self.imported | other.imported,
            self.plugin_autoload and other.plugin_autoload,
            (*self.still_needs_pytest_asyncio, *other.still_needs_pytest_asyncio),
        )

    def settings_for(self, path: str) -> Settings:
        """The settings that pytest would read for ``path``: see ``settings_for``."""
        return settings_for(self.settings, path)

    def imported_elsewhere(self, path: str, name: str) -> bool:
        """Whether some file imports ``name`` from the module that ``path`` is."""
        return (PurePosixPath(path).stem, name) in self.imported


def merge_all(parts: Iterable[ProjectFacts]) -> ProjectFacts:
    """The facts of all parts."""
    result = ProjectFacts()
    for part in parts:
        result = result.merge(part)
    return result
