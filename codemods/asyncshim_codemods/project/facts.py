"""Facts about a whole project: settings, imports between files, aliases of the marker. Picklable."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from asyncshim_codemods.project.alt_uses import AltFacts
from asyncshim_codemods.project.event_loop_facts import LoopFacts
from asyncshim_codemods.project.file_kinds import PYTEST_FILES
from asyncshim_codemods.project.file_settings import FileSettings, KeptPlugin
from asyncshim_codemods.project.import_style import ImportStyle
from asyncshim_codemods.project.imports_and_aliases import MarkerAlias, module_name, same_module
from asyncshim_codemods.project.pytest_limits import PytestLimit
from asyncshim_codemods.project.python_support import PythonSupport
from asyncshim_codemods.project.used_names import EVERYTHING

__all__ = ["FileSettings", "KeptAliases", "ProjectFacts"]

KeptAliases = frozenset[tuple[MarkerAlias, str]]


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """All facts about the files of a project that rules need besides the current file."""

    settings: tuple[FileSettings, ...] = ()
    imported: frozenset[tuple[str, str]] = field(default_factory=frozenset[tuple[str, str]])
    """Pairs of a dotted module name and a name that some file imports from it, ``*`` for all."""
    used: frozenset[tuple[str, str]] = field(default_factory=frozenset[tuple[str, str]])
    """The same for names that code uses; of ``import module`` and ``import *`` only what the code reads."""
    loaded: frozenset[str] = field(default_factory=frozenset[str])
    """Modules whose names are strings in a file with ``pytest_plugins``."""
    requested: frozenset[str] = field(default_factory=frozenset[str])
    """The fixtures that some file requests with ``getfixturevalue``; ``*`` where the name is computed."""
    plugin_autoload: bool = True
    """Whether pytest loads installed plugins: no file disables this."""
    still_needs_pytest_asyncio: tuple[str, ...] = ()
    """The reasons why pytest-asyncio has to stay installed after this run."""
    aliases: tuple[MarkerAlias, ...] = ()
    """The aliases of the marker in all modules."""
    importers: frozenset[str] = field(default_factory=frozenset[str])
    """Files that import one of these aliases."""
    kept_aliases: KeptAliases = field(default_factory=frozenset[tuple[MarkerAlias, str]])
    """The aliases that a file still imports after the run, whatever the options are, with that file."""
    strict_by_default: bool = False
    """Whether some file requires pytest-asyncio in a release whose default mode is strict."""
    newly_active: frozenset[str] = field(default_factory=frozenset[str])
    """Files with async code that strict mode does not run."""
    loops: LoopFacts = field(default_factory=LoopFacts)
    """Facts for the rules about ``event_loop``."""
    still_required_by: tuple[str, ...] = ()
    """The files that still require pytest-asyncio after this run."""
    mark_readers: frozenset[str] = field(default_factory=frozenset[str])
    """Files that read the ``pytestmark`` of another object."""
    own_fixtures: frozenset[str] = field(default_factory=frozenset[str])
    """Fixtures of asyncshim that some file defines itself."""
    marker_selectors: tuple[str, ...] = ()
    """Files that select tests by the marker: commands, configuration, hooks."""
    strict_command: str = ""
    """A file with a command that sets strict mode, which no rule removes."""
    python_support: tuple[PythonSupport, ...] = ()
    """The Python versions that the files of the project declare as supported."""
    pytest_limits: tuple[PytestLimit, ...] = ()
    """The limits on pytest's version that keep asyncshim out."""
    kept: KeptPlugin | None = None
    """Set if the dependency files may still install pytest-asyncio after this run."""
    settings_after: tuple[FileSettings, ...] | None = None
    """The settings after this run; None if they are not known."""
    is_declared: bool = True
    """Whether some dependency file names a runner after this run."""
    async_files: frozenset[str] = field(default_factory=frozenset[str])
    """Files with async tests or fixtures."""
    leaks: tuple[tuple[str, str], ...] | None = None
    """The test files that may notice a narrower default loop scope, with the reason; None if they are not known."""
    import_styles: tuple[ImportStyle, ...] = ()
    """How import sorters write imports, by folder."""
    names_pytest_asyncio: bool = False
    """Whether some Python file names the marker, the package or ``event_loop``."""
    alt: AltFacts = field(default_factory=AltFacts)
    """The uses of alt-pytest-asyncio in the project."""

    def only_about(self, paths: Iterable[str]) -> ProjectFacts:
        """Return the facts with only the imports of these files."""
        ends: set[str] = set()
        for path in paths:
            parts = module_name(path).split(".")
            ends.update(".".join(parts[start:]) for start in range(len(parts)))

        def kept(pairs: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
            return frozenset(pair for pair in pairs if not ends.isdisjoint(_ends(pair[0])))

        return replace(self, imported=kept(self.imported), used=kept(self.used))

    def settings_for(self, path: str) -> FileSettings:
        """Return the settings that pytest would read for ``path``: see ``settings_for``."""
        return settings_for(self.settings, path)

    def mode_after(self, path: str) -> str | None:
        """Return the mode that ``path`` runs under after this run, if the settings set one."""
        return settings_for(self.settings_after or (), path).mode

    def leak_below(self, config: str) -> str | None:
        """Return why a suite may notice that the default loop scope in ``config`` goes; None if that is not known."""
        if self.leaks is None or not self.async_files:
            return None
        return next((why for path, why in self.leaks if self.settings_for(path).path == config), "")

    @property
    def wanted(self) -> frozenset[str]:
        """Files that rules have to check because of other files, although they contain no keyword."""
        return self.importers | self.newly_active

    def keeper_of(self, path: str, name: str) -> str | None:
        """Return a file that still imports the alias ``name`` from ``path``, or ``None``."""
        ours = module_name(path)
        keepers = (file for alias, file in self.kept_aliases if (alias.module, alias.name) == (ours, name))
        return min(keepers, default=None)

    def imported_whole(self, path: str) -> bool:
        """Return whether some file imports this whole module, or ``*`` from it."""
        ours = module_name(path)
        return any(taken == EVERYTHING and same_module(ours, module) for module, taken in self.imported)

    def imported_elsewhere(self, path: str, name: str) -> bool:
        """Return whether some file may import ``name`` from this module, by its name or with ``*``."""
        return _is_among(self.imported, path, name)

    def is_loaded_elsewhere(self, path: str) -> bool:
        """Return whether some file imports this module, or may name it in ``pytest_plugins``."""
        ours = module_name(path)
        modules = {*self.loaded, *(module for module, _ in self.imported)}
        return any(same_module(ours, module) for module in modules)

    def used_elsewhere(self, path: str, name: str) -> bool:
        """Return whether code of some file may use ``name`` of this module. It does not ask what pytest collects."""
        return _is_among(self.used, path, name)


def settings_for(files: Iterable[FileSettings], path: str) -> FileSettings:
    """Return those that pytest chooses for ``path``: in the nearest folder above, the first in pytest's order."""
    order = list(PYTEST_FILES)
    best: tuple[int, int, FileSettings] | None = None
    for settings in files:
        folder, name = posixpath.split(settings.path)
        if folder and not path.startswith(folder + "/"):
            continue
        rank = (len(folder), -order.index(name), settings)
        if best is None or rank[:2] > best[:2]:
            best = rank
    return best[2] if best is not None else FileSettings("")


def _is_among(pairs: Iterable[tuple[str, str]], path: str, name: str) -> bool:
    ours = module_name(path)
    return any(taken in {name, EVERYTHING} and same_module(ours, module) for module, taken in pairs)


def _ends(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[start:]) for start in range(len(parts))]
