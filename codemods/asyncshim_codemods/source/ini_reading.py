"""Read INI files as pytest does (iniconfig) and as setuptools and tox do (configparser)."""

from __future__ import annotations

import configparser
from typing import TypeAlias

Reading: TypeAlias = dict[str, dict[str, str]]


class ConfigError(Exception):
    """The file cannot be read, or an edit would change more than intended: one sentence and a line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def read_as_pytest(text: str) -> Reading:
    """Return the sections as pytest reads them; raise with the line number where pytest would fail."""
    from iniconfig import IniConfig, ParseError

    try:
        sections = IniConfig("", text).sections
    except ParseError as error:
        raise ConfigError(f"not a valid INI file: {error.msg}", error.lineno + 1) from None
    return {name: dict(options) for name, options in sections.items()}


def read_as_configparser(text: str) -> Reading:
    """Return the sections as setuptools and tox read them: names as written, values without interpolation."""
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
    """Return the result of each parser that accepts the file; raise if none does."""
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
