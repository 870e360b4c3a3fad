"""What one file cannot know about the others: settings, overrides, who imports what. Plain and picklable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from asyncshim_codemods.project.event_loop_facts import LoopFacts
from asyncshim_codemods.project.imports_and_aliases import EVERYTHING, MarkerAlias, module_name, same_module
from asyncshim_codemods.project.pytest_settings import FileSettings, settings_for

__all__ = ["FileSettings", "KeptAliases", "ProjectFacts"]

KeptAliases = frozenset[tuple[MarkerAlias, str]]


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """Everything known about the files that were given, beyond the one at hand."""

    settings: tuple[FileSettings, ...] = ()
    imported: frozenset[tuple[str, str]] = field(default_factory=frozenset[tuple[str, str]])
    """Pairs of a module's dotted name and a name that some file takes from it, ``*`` for any."""
    requested: frozenset[str] = field(default_factory=frozenset[str])
    """The fixtures that some file asks for with ``getfixturevalue``; ``*`` where the name is computed."""
    plugin_autoload: bool = True
    """Whether no file switches the loading of installed pytest plugins off."""
    still_needs_pytest_asyncio: tuple[str, ...] = ()
    """Why pytest-asyncio has to stay installed after this run, one reason an entry."""
    aliases: tuple[MarkerAlias, ...] = ()
    """Names that modules give the marker."""
    importers: frozenset[str] = field(default_factory=frozenset[str])
    """Files that import one of these names."""
    kept_aliases: KeptAliases = field(default_factory=frozenset[tuple[MarkerAlias, str]])
    """Those of these names that a file goes on importing, whatever is asked for, and that file."""
    woken: frozenset[str] = field(default_factory=frozenset[str])
    """Files with async code that strict mode keeps from running."""
    loops: LoopFacts = field(default_factory=LoopFacts)
    """What the rules about ``event_loop`` want to know."""
    still_required_by: tuple[str, ...] = ()
    """The files that go on requiring pytest-asyncio after this run."""
    mark_readers: frozenset[str] = field(default_factory=frozenset[str])
    """Files that read the ``pytestmark`` of something else."""
    strict_command: str = ""
    """A file with a command that asks for strict mode, which no rule takes away."""

    def only_about(self, paths: Iterable[str]) -> ProjectFacts:
        """The facts without the imports that concern none of these files, so that they stay small."""
        ends: set[str] = set()
        for path in paths:
            parts = module_name(path).split(".")
            ends.update(".".join(parts[start:]) for start in range(len(parts)))
        kept = {pair for pair in self.imported if not ends.isdisjoint(_ends(pair[0]))}
        return replace(self, imported=frozenset(kept))

    def settings_for(self, path: str) -> FileSettings:
        """The settings that pytest would read for ``path``: see ``settings_for``."""
        return settings_for(self.settings, path)

    @property
    def wanted(self) -> frozenset[str]:
        """Files to be looked at although nothing in their bytes says so: because of what other files say."""
        return self.importers | self.woken

    def keeper_of(self, path: str, name: str) -> str | None:
        """A file that goes on importing the marker under ``name`` from ``path``; ``None`` where none does."""
        ours = module_name(path)
        keepers = (file for alias, file in self.kept_aliases if (alias.module, alias.name) == (ours, name))
        return min(keepers, default=None)

    def imported_whole(self, path: str) -> bool:
        """Whether some file imports the module that ``path`` is, or everything in it, and so may use any name."""
        ours = module_name(path)
        return any(taken == EVERYTHING and same_module(ours, module) for module, taken in self.imported)

    def imported_elsewhere(self, path: str, name: str) -> bool:
        """Whether some file may import ``name`` from the module that ``path`` is."""
        ours = module_name(path)
        return any(taken in {name, EVERYTHING} and same_module(ours, module) for module, taken in self.imported)


def _ends(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[start:]) for start in range(len(parts))]
