"""Where each option and each line of its value stands in an INI file, as character spans.

pytest (iniconfig) and setuptools and tox (configparser) read the same files by slightly different rules. This
scanner follows what they have in common; ``ini_check`` asks both parsers whether it was right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from asyncshim_codemods.source.config_text import Source

_HEADER = re.compile(r"\[(?P<name>[^\]]+)\][ \t]*(?:[#;].*)?$")
_OPTION = re.compile(r"(?P<name>[^=:]*?)\s*[=:]\s*")


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One line of a value: the line's number and the span of its text without blanks around it."""

    line: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Option:
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


@dataclass(frozen=True, slots=True)
class IniSpans:
    """The options of a file in their order, and the line of each section's header."""

    options: tuple[Option, ...]
    sections: dict[str, int]

    def section(self, name: str) -> list[Option]:
        """The options of one section."""
        return [option for option in self.options if option.section == name]


def scan_ini(source: Source) -> IniSpans:
    """The spans of everything in ``source``; lines that are no INI are passed over, the check will find them."""
    options: list[Option] = []
    sections: dict[str, int] = {}
    section, current, indent = "", None, 0
    for line in range(1, source.line_count + 1):
        raw = source.line_text(line)
        content = raw.strip()
        if not content or content[0] in "#;":
            continue
        start = source.starts[line - 1] + len(raw) - len(raw.lstrip())
        own_indent = len(raw) - len(raw.lstrip())
        if current is not None and own_indent > indent:
            part = ValueLine(line, start, start + len(content), content)
            current = _with_line(current, part)
            options[-1] = current
        elif header := _HEADER.match(content):
            section, current, indent = header["name"], None, own_indent
            sections.setdefault(section, line)
        elif match := _OPTION.match(content):
            current, indent = _option(section, line, start, content, match), own_indent
            options.append(current)
    return IniSpans(tuple(options), sections)


def _option(section: str, line: int, start: int, content: str, match: re.Match[str]) -> Option:
    value = content[match.end() :]
    parts = (ValueLine(line, start + match.end(), start + len(content), value),) if value else ()
    return Option(section, match["name"], line, start, start + match.end("name"), parts)


def _with_line(option: Option, part: ValueLine) -> Option:
    return Option(option.section, option.name, option.line, option.start, option.name_end, (*option.value, part))
