"""The rules as the engine sees them: a handful of functions that can be sent to another process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncshim_codemods.api import FileFacts, KeptAliases, ProjectFacts, RuleInfo
    from asyncshim_codemods.results import FileResult, Options


def _never(path: str, data: bytes) -> bool:  # noqa: ARG001 - what a set of rules without limits says
    return False


def _never_broken(data: bytes) -> bool:  # noqa: ARG001
    return False


def _never_suspicious(path: str, data: bytes, is_parsed: bool) -> bool:  # noqa: ARG001
    return False


def _same(facts: ProjectFacts, paths: Collection[str]) -> ProjectFacts:  # noqa: ARG001
    return facts


def _any_runner(
    facts: ProjectFacts,
    files: Iterable[tuple[str, bytes]],  # noqa: ARG001
    edited: Collection[str],  # noqa: ARG001
    options: Options,  # noqa: ARG001
) -> ProjectFacts:
    return facts


def _same_leaks(facts: ProjectFacts, files: Iterable[tuple[str, bytes]]) -> ProjectFacts:  # noqa: ARG001
    return facts


def _nothing(path: str, data: bytes) -> FileFacts | None:  # noqa: ARG001
    return None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The interface of ``asyncshim_codemods.api``; a parameter, so that tests of the engine need no rules."""

    rewrite_python: Callable[[str, bytes, ProjectFacts, Options], FileResult]
    rewrite_config: Callable[[str, bytes, ProjectFacts, Options], FileResult]
    collect_facts: Callable[[Iterable[tuple[str, bytes | FileFacts]]], ProjectFacts]
    imported_aliases: Callable[[str, bytes, ProjectFacts], KeptAliases]
    facts_after: Callable[[ProjectFacts, Iterable[tuple[str, bytes | FileFacts]]], ProjectFacts]
    facts_about_requirements: Callable[
        [ProjectFacts, Iterable[tuple[str, bytes]], Collection[str], Options], ProjectFacts
    ]
    is_config: Callable[[str], bool]
    is_relevant: Callable[[bytes], bool]
    rules: Callable[[], Mapping[str, RuleInfo]]
    names: Callable[[], Mapping[str, str]] = dict
    is_suspicious: Callable[[str, bytes, bool], bool] = _never_suspicious
    is_parsed_whole: Callable[[str, bytes], bool] = _never
    may_be_broken: Callable[[bytes], bool] = _never_broken
    read_apart: Callable[[str, bytes], FileFacts | None] = _nothing
    facts_without_imports_in: Callable[[ProjectFacts, Collection[str]], ProjectFacts] = _same
    facts_about_runner: Callable[
        [ProjectFacts, Iterable[tuple[str, bytes]], Collection[str], Options], ProjectFacts
    ] = _any_runner
    facts_about_leaks: Callable[[ProjectFacts, Iterable[tuple[str, bytes]]], ProjectFacts] = _same_leaks
    rewrite_apart: Callable[[str, bytes, ProjectFacts, Options], FileResult] | None = None


class _Rules(RuleSet):
    """The rules of ``asyncshim_codemods``: what needs their import is looked up when it is asked for."""

    __slots__ = ()

    def __init__(self) -> None:
        from asyncshim_codemods import catalog

        object.__setattr__(self, "is_config", catalog.is_config)
        object.__setattr__(self, "names", catalog.rule_names)

    def __getattr__(self, name: str) -> Any:
        if name not in self.__match_args__:
            raise AttributeError(name)
        from asyncshim_codemods import api

        value = getattr(api, "rewrite_shallow" if name == "rewrite_python" else name)
        object.__setattr__(self, name, value)
        return value

    def __reduce__(self) -> tuple[type[_Rules], tuple[()]]:
        return _Rules, ()


def load() -> RuleSet:
    """Return the rules. LibCST comes with the first file that one of them has to look at."""
    return _Rules()
