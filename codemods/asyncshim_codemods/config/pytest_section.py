"""The part of a configuration file that pytest reads, with one interface for TOML and INI."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from asyncshim_codemods.config.text_value import Split
from asyncshim_codemods.project.values import Path


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option of pytest: its name, its value as parsed, and its path in the file."""

    name: str
    value: object
    path: Path


class PytestSection(Protocol):
    """One section. Its methods only note what is to change."""

    @property
    def options(self) -> Sequence[OptionView]:
        """The options in their order."""
        ...

    def place(self, option: OptionView, entry: int | None = None, split: Split = Split.LINES) -> tuple[int, int]:
        """Return the offset of an option or of one of its entries, and the line above which a comment may stand."""
        ...

    def remove(self, option: OptionView) -> None:
        """Remove an option."""
        ...

    def replace(self, option: OptionView, value: str, name: str | None = None) -> None:
        """Replace the value of an option; ``name`` also renames it."""
        ...

    def add(self, name: str, value: str, wanted: Collection[str]) -> None:
        """Add an option below the last of those whose names are ``wanted``, else first in the section."""
        ...

    def entries(self, option: OptionView, split: Split) -> Sequence[str]:
        """Return the words, lines or elements of an option's value."""
        ...

    def cut(self, option: OptionView, split: Split, removed: Collection[int], replaced: Mapping[int, str]) -> None:
        """Remove and replace entries; an option without any entry left is removed."""
        ...
