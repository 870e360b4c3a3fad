"""pytest's tables of ``pyproject.toml`` and ``pytest.toml``."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from asyncshim_codemods.config.check import Change
from asyncshim_codemods.config.pytest_section import Entry, OptionView
from asyncshim_codemods.config.text_value import Split
from asyncshim_codemods.config.toml_plan import TomlPlan
from asyncshim_codemods.config.toml_spans import Item
from asyncshim_codemods.project.values import Path, as_array
from asyncshim_codemods.source.config_text import Edit

INI_OPTIONS: Path = ("tool", "pytest", "ini_options")
NATIVE: Path = ("tool", "pytest")


def pytest_tables(path: str) -> tuple[Path, ...]:
    """The tables of that file which pytest reads."""
    return (INI_OPTIONS, NATIVE) if posixpath.basename(path) == "pyproject.toml" else (("pytest",),)


@dataclass(frozen=True, slots=True)
class TomlSection:
    """One table of pytest's in a plan for the file."""

    plan: TomlPlan
    table: Path

    @property
    def exists(self) -> bool:
        """Whether pytest would take its configuration from this table."""
        has_header = self.plan.spans.header(self.table) is not None
        return bool(self._items()) or (has_header and self.table != NATIVE)

    @property
    def options(self) -> Sequence[OptionView]:
        """The options in their order."""
        return [
            OptionView(str(item.path[-1]), self.plan.value(item), item.start, self.plan.anchor(item))
            for item in self._items()
        ]

    def remove(self, option: OptionView) -> None:
        """Take an option out."""
        self.plan.remove(self._item(option))

    def replace(self, option: OptionView, value: str, name: str | None = None) -> None:
        """Give an option another value, and another name if one is given."""
        self.plan.replace(self._item(option), value, name)

    def add(self, name: str, value: str, wanted: Collection[str]) -> None:
        """Add an option below the last of those whose names are ``wanted``, else first in the table."""
        header, items = self.plan.spans.header(self.table), self._items()
        beside = [item for item in items if item.path[-1] in wanted]
        if beside or header is None:
            self.plan.add_below((beside or items)[-1], name, value)
        else:
            self.plan.add_first(header, name, value)

    def entries(self, option: OptionView, split: Split) -> Sequence[Entry]:
        """The words or lines of a string, the elements of an array."""
        item = self._item(option)
        values = as_array(option.value)
        if values is not None:
            return [
                Entry(value if isinstance(value, str) else "", element.start, self.plan.anchor(element))
                for element, value in zip(self.plan.spans.children(item.path), values, strict=True)
            ]
        if not isinstance(option.value, str):
            return []
        text = self.plan.string(item)
        return [Entry(token.text, text.offsets[token.start], option.anchor) for token in text.tokens(split)]

    def cut(self, option: OptionView, split: Split, removed: Collection[int], replaced: Mapping[int, str]) -> None:
        """Take entries out and put others in; an option left without entries goes away."""
        item = self._item(option)
        if len(removed) == len(self.entries(option, split)):
            self.plan.remove(item)
        elif isinstance(option.value, list):
            elements = self.plan.spans.children(item.path)
            for index in removed:
                self.plan.remove(elements[index])
            for index, value in replaced.items():
                self.plan.replace(elements[index], value)
        else:
            text = self.plan.string(item)
            self.plan.cut(item, text, text.tokens(split), removed, replaced)

    def keep_alive(self) -> bool:
        """Leave one key in ``[tool.pytest]``: without any, pytest looks for its configuration elsewhere.

        Only pytest 9 reads that table, so asking for pytest 9 there says nothing new.
        """
        items = self._items()
        if self.table != NATIVE or not items or not self.plan.removes_all_of(items):
            return False
        self.plan.replace_removed(items[0], "9.0", "minversion")
        return True

    def edits(self) -> Iterable[Edit]:
        """The edits of everything noted."""
        return self.plan.edits()

    def changes(self) -> Iterable[Change]:
        """What a parser has to see changed, and nothing else."""
        return self.plan.changes

    def _items(self) -> list[Item]:
        return [item for item in self.plan.spans.children(self.table) if item.path != INI_OPTIONS]

    def _item(self, option: OptionView) -> Item:
        return next(item for item in self._items() if item.start == option.offset)
