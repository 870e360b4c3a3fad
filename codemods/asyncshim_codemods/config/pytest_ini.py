"""pytest's section of ``pytest.ini``, ``tox.ini`` and ``setup.cfg``."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from asyncshim_codemods.config.ini_plan import IniPlan
from asyncshim_codemods.config.ini_spans import Option
from asyncshim_codemods.config.pytest_section import OptionView
from asyncshim_codemods.config.text_value import Split


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
        return [OptionView(option.name, option.text, (option.start,)) for option in self._options()]

    def place(self, option: OptionView, entry: int | None = None, split: Split = Split.LINES) -> tuple[int, int]:
        """The offset of an option or of one of its entries, and the line above which a comment may stand."""
        found = self._option(option)
        if entry is None:
            return found.start, found.line
        text = self.plan.string(found)
        offset = text.offsets[text.tokens(split)[entry].start]
        return offset, self.plan.source.line(offset)

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

    def entries(self, option: OptionView, split: Split) -> Sequence[str]:
        """The words or lines of the value."""
        return [token.text for token in self.plan.string(self._option(option)).tokens(split)]

    def cut(self, option: OptionView, split: Split, removed: Collection[int], replaced: Mapping[int, str]) -> None:
        """Take entries out and put others in; an option left without entries goes away."""
        found = self._option(option)
        tokens = self.plan.string(found).tokens(split)
        if len(removed) == len(tokens):
            self.plan.remove(found)
        else:
            self.plan.cut(found, tokens, removed, replaced)

    def _options(self) -> list[Option]:
        return self.plan.spans.section(self.name)

    def _option(self, view: OptionView) -> Option:
        return next(option for option in self._options() if (option.start,) == view.path)
