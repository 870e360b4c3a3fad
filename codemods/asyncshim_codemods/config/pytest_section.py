"""The part of a configuration file that pytest reads, seen alike in TOML and INI by the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from asyncshim_codemods.config.check import Change
from asyncshim_codemods.config.text_value import Split
from asyncshim_codemods.source.config_text import Edit


@dataclass(frozen=True, slots=True)
class Entry:
    """One word, line or array element of a value, where it stands, and the line above which a comment may."""

    text: str
    offset: int
    anchor: int


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option of pytest: its name, its value as parsed, where it stands."""

    name: str
    value: object
    offset: int
    anchor: int


class PytestSection(Protocol):
    """One section. Its methods note what is to change; ``edits`` and ``changes`` tell it all together."""

    @property
    def options(self) -> Sequence[OptionView]:
        """The options in their order."""
        ...

    def remove(self, option: OptionView) -> None:
        """Take an option out."""
        ...

    def replace(self, option: OptionView, value: str, name: str | None = None) -> None:
        """Give an option another value, and another name if one is given."""
        ...

    def add(self, name: str, value: str, wanted: Collection[str]) -> None:
        """Add an option below the last of those whose names are ``wanted``, else first in the section."""
        ...

    def entries(self, option: OptionView, split: Split) -> Sequence[Entry]:
        """The words, lines or elements of an option's value."""
        ...

    def cut(self, option: OptionView, split: Split, removed: Collection[int], replaced: Mapping[int, str]) -> None:
        """Take entries out and put others in; an option left without entries goes away."""
        ...

    def edits(self) -> Iterable[Edit]:
        """The edits of everything noted."""
        ...

    def changes(self) -> Iterable[Change]:
        """What a parser has to see changed, and nothing else."""
        ...
