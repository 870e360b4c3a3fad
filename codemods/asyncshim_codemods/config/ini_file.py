"""One INI file under review: its options, the lines that ``configupdater`` finds for each, and what is to change.

The edits are made in those lines: ``configupdater`` itself writes a changed option anew, with other blanks around the
delimiter and with LF in a CRLF file.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from asyncshim_codemods.config.check import ValueChange
from asyncshim_codemods.config.text_value import TextValue, Token
from asyncshim_codemods.source.config_text import (
    ConfigText,
    TextEdit,
    append_lines,
    apply_edits,
    delete_lines,
    insert_line,
    require_round_trip,
)
from asyncshim_codemods.source.ini_reading import ConfigError

_FIRST_LINE = re.compile(r"(?P<name>[^=:]*?)\s*(?:[=:]\s*|$)")


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One line of a value: the line's number and the span of its text without blanks around it."""

    line: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class IniOption:
    """``name = value`` with its continuation lines; empty lines and comments among them are left out."""

    section: str
    name: str
    line: int
    start: int
    name_end: int
    value: tuple[ValueLine, ...]

    @property
    def text(self) -> str:
        """The value as the parsers give it."""
        return "\n".join(part.text for part in self.value)

    @property
    def lines(self) -> list[int]:
        """The option's own lines: the name's and those of the value."""
        return sorted({self.line, *(part.line for part in self.value)})


@dataclass
class IniFile:
    """The options of a file, and the edits of them; ``changes`` tells the check what is meant."""

    text: ConfigText
    changes: list[ValueChange] = field(default_factory=list[ValueChange])
    edits: list[TextEdit] = field(default_factory=list[TextEdit])

    @cached_property
    def _blocks(self) -> list[tuple[int, str, list[str] | None]]:
        """Each section's header and each option: its first line, the section's name, and the option's lines."""
        from configupdater import ConfigUpdater, Option, Section

        lines = [self.text.text[slice(*self.text.line_span(line + 1))] for line in range(self.text.line_count)]
        updater = ConfigUpdater(allow_no_value=True, strict=False)
        try:
            updater.read_file(lines, self.text.path)
        except configparser.Error as error:
            raise ConfigError(f"configupdater cannot read this file: {error.message.splitlines()[0]}") from None
        require_round_trip(self.text.text, str(updater), "configupdater")
        found: list[tuple[int, str, list[str] | None]] = []
        line = 1
        for block in updater.iter_blocks():
            if isinstance(block, Section):
                found.append((line, block.name, None))
                line += 1
                for inner in block.iter_blocks():
                    # An indented comment is an option without a value to it.
                    if isinstance(inner, Option) and inner.lines[0].lstrip()[0] not in "#;":
                        found.append((line, block.name, inner.lines))
                    line += len(inner.lines)
            else:
                line += len(block.lines)
        return found

    @cached_property
    def sections(self) -> dict[str, int]:
        """The line of each section's header."""
        return {section: line for line, section, lines in reversed(self._blocks) if lines is None}

    @cached_property
    def options(self) -> list[IniOption]:
        """The options in their order."""
        return [self._option(line, section, lines) for line, section, lines in self._blocks if lines is not None]

    def _option(self, line: int, section: str, lines: list[str]) -> IniOption:
        value = tuple(self._value_lines(line, lines))
        start = self.text.starts[line - 1] + len(lines[0]) - len(lines[0].lstrip())
        match = _FIRST_LINE.match(lines[0].strip())
        assert match is not None
        return IniOption(section, match["name"], line, start, start + match.end("name"), value)

    def _value_lines(self, line: int, lines: list[str]) -> Iterator[ValueLine]:
        for number, raw in enumerate(lines):
            content = raw.strip()
            at = self.text.starts[line - 1 + number] + len(raw) - len(raw.lstrip())
            if number == 0:
                match = _FIRST_LINE.match(content)
                assert match is not None
                at, content = at + match.end(), content[match.end() :]
            if content and (number == 0 or content[0] not in "#;"):
                yield ValueLine(line + number, at, at + len(content), content)

    def remove(self, option: IniOption) -> None:
        """Remove the option's lines; comments and empty lines among them stay."""
        self.edits += delete_lines(self.text, option.lines)
        self.changes.append(ValueChange((option.section, option.name), None))

    def replace(self, option: IniOption, value: str, name: str | None = None) -> None:
        """Replace the value by one on one line; ``name`` also renames the option."""
        if option.value:
            first, *rest = option.value
            self.edits.append(TextEdit(first.start, first.end, value))
            self.edits += delete_lines(self.text, [part.line for part in rest])
        else:
            end = option.start + len(self.text.line_text(option.line).strip())
            self.edits.append(TextEdit(end, end, f" {value}"))
        if name is not None:
            self.edits.append(TextEdit(option.start, option.name_end, name))
        self.changes.append(ValueChange((option.section, option.name), value, name))

    def add(self, section: str, after_line: int, name: str, value: str) -> None:
        """Add a line ``name = value`` below that one."""
        self.edits.append(insert_line(self.text, after_line, f"{name} = {value}"))
        self.changes.append(ValueChange((section, name), value))

    def add_section(self, section: str, options: Mapping[str, str]) -> None:
        """Add a section at the end of the file."""
        self.changes += [ValueChange((section, name), value) for name, value in options.items()]
        lines = [f"[{section}]", *(f"{name} = {value}" for name, value in options.items())]
        self.edits.append(append_lines(self.text, lines))

    def string(self, option: IniOption) -> TextValue:
        """Return the option's value with its offsets; a line end stands where its line's text ends."""
        offsets = [offset for part in option.value for offset in range(part.start, part.end + 1)]
        return TextValue(option.text, tuple(offsets) or (option.name_end,))

    def cut(
        self, option: IniOption, tokens: list[Token], removed: Collection[int], replaced: Mapping[int, str]
    ) -> None:
        """Remove words or lines from the value, and each line that is empty after that."""
        text = self.string(option)
        cut = text.cut(tokens, removed, replaced)
        lines = apply_edits(text.text, [TextEdit(*span) for span in cut.spans]).split("\n")
        edited = {index: line for index, line in enumerate(lines) if line != option.value[index].text}
        self.rewrite_lines(option, cut.lines, edited)

    def rewrite_lines(self, option: IniOption, dropped: Collection[int], rewritten: Mapping[int, str]) -> None:
        """Remove and replace whole lines of the value, by their index."""
        left: list[str] = []
        for index, part in enumerate(option.value):
            if index not in dropped:
                left.append(rewritten.get(index, part.text))
                self.edits += [TextEdit(part.start, part.end, left[-1])] if index in rewritten else []
            elif part.line != option.line:
                self.edits += delete_lines(self.text, [part.line])
            else:
                before = self.text.text[option.start : part.start]
                self.edits.append(TextEdit(option.start + len(before.rstrip()), part.end))
        self.changes.append(ValueChange((option.section, option.name), "\n".join(left)))
