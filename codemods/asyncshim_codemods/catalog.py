"""Facts about the rules that need no import of them: kinds of files, and the names of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods import rule_sources
from asyncshim_codemods.project.file_kinds import FileKind, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["is_config", "is_lock", "rule_names"]


def is_config(path: str) -> bool:
    """Return whether ``path`` is a configuration or dependency file that a rule knows."""
    return kind_of(path) is not None


def is_lock(path: str) -> bool:
    """Return whether ``path`` is a lock file, which names every package that is installed."""
    return kind_of(path) is FileKind.LOCK


def rule_names() -> Mapping[str, str]:
    """Return the name of every rule by its code, without an import of the rules."""
    known = rule_sources.names()
    if known is not None:
        return known
    from asyncshim_codemods.registry import described

    return {rule.code: rule.name for rule in described()}
