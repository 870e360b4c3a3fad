"""pytest's section of ``pytest.ini``, ``tox.ini`` and ``setup.cfg``."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from asyncshim_codemods.config.check import Change
from asyncshim_codemods.config.ini_plan import IniPlan
from asyncshim_codemods.config.ini_spans import Option
from asyncshim_codemods.config.pytest_section import Entry, OptionView
from asyncshim_codemods.config.text_value import Split
from asyncshim_codemods.source.config_text import Edit


def section_name(path: str) -> str:
    """The section of that file which pytest reads."""
    return "tool:pytest" if posixpath.basename(path) == "setup.cfg" else "pytest"


@dataclass(frozen=True, slots=True)
class IniSection:
    """pytest's section in a plan for the file."""

    plan: IniPlan
    name: str

    @property
    def exists(self) -> bool:
        """Whether the file has the section."""
        return self.name in self.plan.spans.sections

    @property
    def options(self) -> Sequence[OptionView]:
        """The options in their order."""
        return [OptionView(option.name, option.text, option.start, option.line) for option in self._options()]

    def remove(self, option: OptionView) -> None:
        """Take an option out."""
        self.plan.remove(self._option(option))

    def replace(self, option: OptionView, value: str, name: str | None = None) -> None:
        """Give an option another value, and another name if one is given."""
        self.plan.replace(self._option(option), value, name)

    def add(self, name: str, value: str, wanted: Collection[str]) -> None:
        """Add an option below the last of those whose names are ``wanted``, else first in the section."""
        lines = [option.lines[-1] for option in self._options() if option.name in wanted]
        self.plan.add(self.name, max(lines, default=self.plan.spans.sections[self.name]), name, value)

    def entries(self, option: OptionView, split: Split) -> Sequence[Entry]:
        """The words or lines of the value."""
        text = self.plan.string(self._option(option))
        lines = [self.plan.source.line(text.offsets[token.start]) for token in text.tokens(split)]
        return [
            Entry(token.text, text.offsets[token.start], line)
            for token, line in zip(text.tokens(split), lines, strict=True)
        ]

    def cut(self, option: OptionView, split: Split, removed: Collection[int], replaced: Mapping[int, str]) -> None:
        """Take entries out and put others in; an option left without entries goes away."""
        found = self._option(option)
        tokens = self.plan.string(found).tokens(split)
        if len(removed) == len(tokens):
            self.plan.remove(found)
        else:
            self.plan.cut(found, tokens, removed, replaced)

    def edits(self) -> Iterable[Edit]:
        """The edits of everything noted."""
        return self.plan.edits()

    def changes(self) -> Iterable[Change]:
        """What a parser has to see changed, and nothing else."""
        return self.plan.changes

    def _options(self) -> list[Option]:
        return self.plan.spans.section(self.name)

    def _option(self, view: OptionView) -> Option:
        return next(option for option in self._options() if option.start == view.offset)
