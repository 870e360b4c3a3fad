"""pytest's section of ``pytest.ini``, ``tox.ini`` and ``setup.cfg``."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from asyncshim_codemods.config.ini_file import IniFile, IniOption
from asyncshim_codemods.config.pytest_section import OptionView
from asyncshim_codemods.config.text_value import Split


def section_name(path: str) -> str:
    """Return the section of that file which pytest reads."""
    return "tool:pytest" if posixpath.basename(path) == "setup.cfg" else "pytest"


@dataclass(frozen=True, slots=True)
class IniSection:
    """pytest's section of a file."""

    file: IniFile
    name: str

    @property
    def exists(self) -> bool:
        """Return whether the file has the section."""
        return self.name in self.file.sections

    @property
    def options(self) -> Sequence[OptionView]:
        """The options in their order."""
        return [OptionView(option.name, option.text, (option.start,)) for option in self._options()]

    def place(self, option: OptionView, entry: int | None = None, split: Split = Split.LINES) -> tuple[int, int]:
        """Return the offset of an option or of one of its entries, and the line above which a comment may stand."""
        found = self._option(option)
        if entry is None:
            return found.start, found.line
        text = self.file.string(found)
        offset = text.offsets[text.tokens(split)[entry].start]
        return offset, self.file.text.line(offset)

    def remove(self, option: OptionView) -> None:
        """Remove an option."""
        self.file.remove(self._option(option))

    def replace(self, option: OptionView, value: str, name: str | None = None) -> None:
        """Replace the value of an option; ``name`` also renames it."""
        self.file.replace(self._option(option), value, name)

    def add(self, name: str, value: str, wanted: Collection[str]) -> None:
        """Add an option below the last of those whose names are ``wanted``, else first in the section."""
        lines = [option.lines[-1] for option in self._options() if option.name in wanted]
        self.file.add(self.name, max(lines, default=self.file.sections[self.name]), name, value)

    def entries(self, option: OptionView, split: Split) -> Sequence[str]:
        """Return the words or lines of the value."""
        return [token.text for token in self.file.string(self._option(option)).tokens(split)]

    def cut(self, option: OptionView, split: Split, removed: Collection[int], replaced: Mapping[int, str]) -> None:
        """Remove and replace entries; an option without any entry left is removed."""
        found = self._option(option)
        tokens = self.file.string(found).tokens(split)
        if len(removed) == len(tokens):
            self.file.remove(found)
        else:
            self.file.cut(found, tokens, removed, replaced)

    def _options(self) -> list[IniOption]:
        return [option for option in self.file.options if option.section == self.name]

    def _option(self, view: OptionView) -> IniOption:
        return next(option for option in self._options() if (option.start,) == view.path)
