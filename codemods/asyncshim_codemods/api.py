"""The public functions of the rules, which the engine and the command line call. They do not write files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from asyncshim_codemods import run
from asyncshim_codemods.project.event_loop_facts import LoopCollector
from asyncshim_codemods.project.facts import KeptAliases, ProjectFacts
from asyncshim_codemods.project.imports_and_aliases import Collector
from asyncshim_codemods.project.marker_selection import selects_by_marker
from asyncshim_codemods.project.needs import Needs
from asyncshim_codemods.project.pytest_settings import read_pytest_settings
from asyncshim_codemods.registry import all_rules, all_words, described
from asyncshim_codemods.source.words import holds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from asyncshim_codemods.results import FileResult, Options
    from asyncshim_codemods.rule import RuleInfo

__all__ = [
    "KeptAliases",
    "ProjectFacts",
    "RuleInfo",
    "collect_facts",
    "facts_about_requirements",
    "facts_after",
    "imported_aliases",
    "is_config",
    "is_relevant",
    "rewrite_config",
    "rewrite_python",
    "rules",
]


def is_relevant(data: bytes) -> bool:
    """Return whether a Python file holds a word that some rule looks for; others are never parsed."""
    return any(holds(data, word) for word in all_words())


def rewrite_python(path: str, data: bytes, facts: ProjectFacts, options: Options) -> FileResult:
    """Return the result of the selected rules for a Python file; a bad file has a ``FileResult.error``."""
    return run.rewrite(path, data, facts, options, all_rules())


def rewrite_config(path: str, data: bytes, facts: ProjectFacts, options: Options) -> FileResult:
    """Return the result of the selected rules for a configuration or dependency file."""
    from asyncshim_codemods.config import rewrite

    return rewrite.rewrite_config(path, data, facts, options)


def is_config(path: str) -> bool:
    """Return whether ``path`` is a configuration or dependency file that a rule knows."""
    from asyncshim_codemods.config import rewrite

    return rewrite.is_config(path)


def collect_facts(files: Iterable[tuple[str, bytes]]) -> ProjectFacts:
    """Return the facts about a project that one file alone does not show.

    Give every Python file of the project, not only the relevant ones: a name can be removed from a file only if no
    other file imports it.
    """
    needs = Needs()
    configuration: list[tuple[str, bytes]] = []
    python = Collector()
    loops = LoopCollector()
    relevant: list[str] = []
    selectors: list[str] = []
    for path, data in files:
        needs.add(path, data)
        if selects_by_marker(path, data):
            selectors.append(path)
        if is_config(path):
            configuration.append((path, data))
        elif path.endswith(".py"):
            python.add(path, data)
            loops.add(path, data)
            if is_relevant(data):
                relevant.append(path)
    found = read_pytest_settings(configuration)
    importers = frozenset(python.importers())
    # Async code that does not name pytest-asyncio runs in auto mode already.
    strict = python.with_async_code if any(each.mode == "strict" for each in found.files) else []
    return ProjectFacts(
        settings=found.files,
        imported=frozenset(python.imported()),
        requested=frozenset(python.requested),
        plugin_autoload=found.plugin_autoload,
        still_needs_pytest_asyncio=needs.reasons(),
        aliases=tuple(python.aliases),
        importers=importers,
        newly_active=frozenset(strict),
        loops=loops.facts(),
        mark_readers=frozenset(python.mark_readers),
        marker_selectors=tuple(sorted(selectors)),
        strict_command=found.strict_command,
    ).only_about([*relevant, *importers])


def facts_after(facts: ProjectFacts, files: Iterable[tuple[str, bytes]]) -> ProjectFacts:
    """Return ``facts`` for the rules about configuration, after the Python files were rewritten to ``files``.

    Those rules need one fact about Python files: whether any still imports pytest_asyncio.
    """
    needs = Needs()
    for path, data in files:
        needs.add(path, data)
    return replace(facts, still_needs_pytest_asyncio=needs.reasons())


def imported_aliases(path: str, data: bytes, facts: ProjectFacts) -> KeptAliases:
    """Return the aliases of the marker that a file imports from other files, each with the path of the file."""
    python = Collector()
    python.add(path, data)
    return frozenset((alias, path) for alias in python.taken(facts.aliases))


def facts_about_requirements(
    facts: ProjectFacts, files: Iterable[tuple[str, bytes]], edited: Collection[str], options: Options
) -> ProjectFacts:
    """Return ``facts`` with the ``files`` that still require pytest-asyncio after the ``edited`` ones are rewritten."""
    from asyncshim_codemods.config.rewrite import remaining

    return replace(facts, still_required_by=remaining(files, edited, facts, options))


def rules() -> Mapping[str, RuleInfo]:
    """Return every rule by its code."""
    return {rule.code: rule.info() for rule in described()}
