"""The rules as the engine sees them: a handful of functions that can be sent to another process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncshim_codemods.api import KeptAliases, ProjectFacts, RuleInfo
    from asyncshim_codemods.results import FileResult, Options


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What ``asyncshim_codemods.api`` offers; a parameter, so that the engine is tested without a single rule."""

    rewrite_python: Callable[[str, bytes, ProjectFacts, Options], FileResult]
    rewrite_config: Callable[[str, bytes, ProjectFacts, Options], FileResult]
    collect_facts: Callable[[Iterable[tuple[str, bytes]]], ProjectFacts]
    imported_aliases: Callable[[str, bytes, ProjectFacts], KeptAliases]
    facts_after: Callable[[ProjectFacts, Iterable[tuple[str, bytes]]], ProjectFacts]
    facts_about_requirements: Callable[
        [ProjectFacts, Iterable[tuple[str, bytes]], Collection[str], Options], ProjectFacts
    ]
    is_config: Callable[[str], bool]
    is_relevant: Callable[[bytes], bool]
    rules: Callable[[], Mapping[str, RuleInfo]]


def load() -> RuleSet:
    """Import the rules; LibCST comes with them, which is why nothing else does it."""
    from asyncshim_codemods import api

    return RuleSet(
        rewrite_python=api.rewrite_python,
        rewrite_config=api.rewrite_config,
        collect_facts=api.collect_facts,
        imported_aliases=api.imported_aliases,
        facts_after=api.facts_after,
        facts_about_requirements=api.facts_about_requirements,
        is_config=api.is_config,
        is_relevant=api.is_relevant,
        rules=api.rules,
    )
