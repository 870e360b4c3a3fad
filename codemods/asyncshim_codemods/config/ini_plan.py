"""The edits of one INI file, collected and carried out together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from asyncshim_codemods.config.check import Change
from asyncshim_codemods.config.ini_spans import IniSpans, Option, scan_ini
from asyncshim_codemods.config.text_value import TextValue, Token
from asyncshim_codemods.source.config_text import Edit, Source, apply_edits, delete_lines, insert_line


@dataclass(slots=True)
class IniPlan:
    """What is to change in one file, by option; ``edits`` and ``changes`` tell it to the text and to the check."""

    source: Source
    spans: IniSpans = field(init=False)
    changes: list[Change] = field(default_factory=list[Change])
    _edits: list[Edit] = field(default_factory=list[Edit])

    def __post_init__(self) -> None:
        self.spans = scan_ini(self.source)

    def remove(self, option: Option) -> None:
        """Take the option's lines out; comments and empty lines among them stay."""
        self._edits += delete_lines(self.source, option.lines)
        self.changes.append(Change((option.section, option.name), None))

    def replace(self, option: Option, value: str, name: str | None = None) -> None:
        """Put a one-line value in the place of the one that stands there; with ``name`` under another name."""
        if option.value:
            first, *rest = option.value
            self._edits += [Edit(first.start, first.end, value)]
            self._edits += delete_lines(self.source, [part.line for part in rest])
        else:
            end = option.start + len(self.source.line_text(option.line).strip())
            self._edits.append(Edit(end, end, f" {value}"))
        if name is not None:
            self._edits.append(Edit(option.start, option.name_end, name))
        self.changes.append(Change((option.section, option.name), value, name))

    def add(self, section: str, after_line: int, name: str, value: str) -> None:
        """Add a line ``name = value`` below that one."""
        self._edits.append(insert_line(self.source, after_line, f"{name} = {value}"))
        self.changes.append(Change((section, name), value))

    def string(self, option: Option) -> TextValue:
        """The option's value with its offsets; a line end stands where its line's text ends."""
        offsets: list[int] = []
        for part in option.value:
            offsets += range(part.start, part.end + 1)
        return TextValue(option.text, tuple(offsets) or (option.name_end,))

    def cut(self, option: Option, tokens: list[Token], removed: Collection[int], replaced: Mapping[int, str]) -> None:
        """Take words or lines out of the value; a line of the value goes when nothing is left on it."""
        text = self.string(option)
        cut = text.cut(tokens, removed, replaced)
        self._edits += [Edit(text.offsets[start], text.offsets[end], new) for start, end, new in cut.spans]
        for index in cut.lines:
            self._edits += self._drop_line(option, index)
        edited = apply_edits(text.text, [Edit(*span) for span in cut.spans])
        left = [line for index, line in enumerate(edited.split("\n")) if index not in cut.lines]
        self.changes.append(Change((option.section, option.name), "\n".join(left)))

    def rewrite_lines(self, option: Option, dropped: Collection[int], rewritten: Mapping[int, str]) -> None:
        """Take whole lines of the value out and put others in, by their index."""
        for index in sorted(dropped):
            self._edits += self._drop_line(option, index)
        for index, text in sorted(rewritten.items()):
            part = option.value[index]
            self._edits.append(Edit(part.start, part.end, text))
        left = [rewritten.get(index, part.text) for index, part in enumerate(option.value) if index not in dropped]
        self.changes.append(Change((option.section, option.name), "\n".join(left)))

    def _drop_line(self, option: Option, index: int) -> list[Edit]:
        part = option.value[index]
        if part.line != option.line:
            return delete_lines(self.source, [part.line])
        before = self.source.text[option.start : part.start]
        return [Edit(option.start + len(before.rstrip()), part.end)]

    def edits(self) -> list[Edit]:
        """Every edit of the file."""
        return list(self._edits)
