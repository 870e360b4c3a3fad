"""What the two parsers of INI files in the Python world read: pytest's (iniconfig) and configparser.

pytest's rules are written out here, because asyncshim reads such files without importing pytest.
"""

from __future__ import annotations

import configparser
from typing import TypeAlias

from asyncshim_codemods.source.config_text import ConfigError

Reading: TypeAlias = dict[str, dict[str, str]]


def read_as_pytest(text: str) -> Reading:
    """The sections as pytest reads them; what pytest refuses raises and names the line."""
    reading: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] | None = None
    value: list[str] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        if not line or line.lstrip()[0] in "#;":
            continue
        name = _header(line)
        if line[0].isspace() or (line[0] == "[" and name is None):
            if value is None:
                raise ConfigError("not a valid INI file: a continuation line without an option", number)
            value.append(line.strip())
        elif name is not None:
            if not name or name in reading:
                raise ConfigError(f"not a valid INI file: section [{name}] is empty or there twice", number)
            section, value = reading.setdefault(name, {}), None
        else:
            key, first = _option(line, number)
            if section is None or key in section:
                raise ConfigError(f"not a valid INI file: option {key!r} is there twice or in no section", number)
            value = section[key] = [first] if first else []
    return {name: {key: "\n".join(lines) for key, lines in options.items()} for name, options in reading.items()}


def _header(line: str) -> str | None:
    """The section's name if the line is a header, whose brackets a comment may follow."""
    if line[0] != "[":
        return None
    bare = line.split("#", maxsplit=1)[0].split(";", maxsplit=1)[0].rstrip()
    return bare[1:-1] if bare.endswith("]") else None


def _option(line: str, number: int) -> tuple[str, str]:
    name, delimiter, value = line.partition("=")
    if not delimiter or ":" in name:
        name, delimiter, value = line.partition(":")
    if not delimiter:
        raise ConfigError("not a valid INI file: a line that is neither option nor section", number)
    return name.strip(), value.strip()


def read_as_configparser(text: str) -> Reading:
    """The sections as setuptools and tox read them: names as written, values without interpolation."""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True, default_section="\0")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ConfigError(f"not a valid INI file: {error.message.splitlines()[0]}", _line_of(error)) from None
    except AttributeError:
        # Before 3.13, an indented line below a name without a value.
        raise ConfigError("not a valid INI file: a continuation line without a value", None) from None
    return {name: {key: value or "" for key, value in parser.items(name)} for name in parser.sections()}


def _line_of(error: configparser.Error) -> int | None:
    line = getattr(error, "lineno", None)
    return line if line is not None or not isinstance(error, configparser.ParsingError) else error.errors[0][0]


def read_ini(text: str) -> list[Reading]:
    """What each of the parsers makes of it; those that refuse the file are left out, and one has to accept it."""
    readings: list[Reading] = []
    problem: ConfigError | None = None
    for read in (read_as_pytest, read_as_configparser):
        try:
            readings.append(read(text))
        except ConfigError as error:
            problem = problem or error
    if problem is not None and not readings:
        raise problem
    return readings
