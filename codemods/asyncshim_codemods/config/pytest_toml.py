"""pytest's tables of ``pyproject.toml`` and ``pytest.toml``."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from asyncshim_codemods.config.check import ValueChange
from asyncshim_codemods.config.pytest_section import OptionView
from asyncshim_codemods.config.text_value import Split, TextValue
from asyncshim_codemods.config.toml_file import TomlFile
from asyncshim_codemods.project.pytest_settings import INI_OPTIONS, NATIVE, pyproject_table
from asyncshim_codemods.project.values import Path, as_array, as_table


def pytest_tables(path: str) -> tuple[Path, ...]:
    """Return the tables of that file which pytest reads."""
    return (INI_OPTIONS, NATIVE) if posixpath.basename(path) == "pyproject.toml" else (("pytest",),)


@dataclass(frozen=True, slots=True)
class TomlSection:
    """One table of pytest's in a file."""

    file: TomlFile
    table: Path

    @property
    def exists(self) -> bool:
        """Return whether pytest would take its configuration from this table."""
        if self.table in {INI_OPTIONS, NATIVE}:
            return pyproject_table(self.file.values, self.file.text.text.encode()) == self.table
        return as_table(self.file.value(self.table)) is not None

    @property
    def options(self) -> Sequence[OptionView]:
        """The options in their order."""
        options = (as_table(self.file.value(self.table)) or {}).items()
        paths = [((*self.table, name), value) for name, value in options]
        return [OptionView(str(path[-1]), value, path) for path, value in paths if path != INI_OPTIONS]

    def place(self, option: OptionView, entry: int | None = None, split: Split = Split.LINES) -> tuple[int, int]:
        """Return the offset of an option or of one of its entries, and the line above which a comment may stand."""
        if entry is None:
            return self.file.place(option.path)
        if isinstance(option.value, list):
            return self.file.place((*option.path, entry))
        text = self.file.string(option.path)
        return text.offsets[text.tokens(split)[entry].start], self.file.place(option.path)[1]

    def remove(self, option: OptionView) -> None:
        """Remove an option."""
        self.file.remove(option.path)

    def replace(self, option: OptionView, value: str, name: str | None = None) -> None:
        """Replace the value of an option; ``name`` also renames it."""
        self.file.replace(option.path, value, name)

    def add(self, name: str, value: str, wanted: Collection[str]) -> None:
        """Add an option below the last of those whose names are ``wanted``, else first in the table."""
        beside = [option.path for option in self.options if option.name in wanted]
        if beside or not self.file.has_header(self.table):
            self.file.add_below((beside or [option.path for option in self.options])[-1], name, value)
        else:
            self.file.add_first(self.table, name, value)

    def entries(self, option: OptionView, split: Split) -> Sequence[str]:
        """Return the words or lines of a string, the elements of an array."""
        values = as_array(option.value)
        if values is not None:
            return [value if isinstance(value, str) else "" for value in values]
        if not isinstance(option.value, str):
            return []
        return [token.text for token in TextValue(option.value, ()).tokens(split)]

    def cut(self, option: OptionView, split: Split, removed: Collection[int], replaced: Mapping[int, str]) -> None:
        """Remove and replace entries; an option without any entry left is removed."""
        if len(removed) == len(self.entries(option, split)):
            self.file.remove(option.path)
        elif isinstance(option.value, list):
            for index in removed:
                self.file.remove((*option.path, index))
            for index, value in replaced.items():
                self.file.replace((*option.path, index), value)
        else:
            tokens = self.file.string(option.path).tokens(split)
            self.file.cut(option.path, tokens, removed, replaced)

    def keep_alive(self) -> bool:
        """Leave one key in ``[tool.pytest]``: without any, pytest looks for its configuration elsewhere.

        Only pytest 9 reads that table, so asking for pytest 9 there says nothing new.
        """
        options = self.options
        removals = [ValueChange(option.path, None) for option in options]
        is_read = self.table == NATIVE and self.exists
        if not is_read or not all(removal in self.file.changes for removal in removals):
            return False
        self.file.changes.remove(removals[0])
        self.replace(options[0], "9.0", "minversion")
        return True
