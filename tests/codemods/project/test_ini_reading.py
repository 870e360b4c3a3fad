from __future__ import annotations

import iniconfig
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncshim_codemods.project.ini_reading import read_as_configparser, read_as_pytest, read_ini
from asyncshim_codemods.source.config_text import ConfigError

PIECES = [
    "[a]",
    "[b] # c",
    "[x",
    "]",
    "k = v",
    "k: v",
    "k=v ; c",
    "  more",
    "\tmore",
    "# c",
    "; c",
    "  # c",
    "",
    "word",
    "=",
    "a = b = c",
]


def as_iniconfig_reads(text: str) -> dict[str, dict[str, str]] | None:
    try:
        config = iniconfig.IniConfig("f", data=text)
    except iniconfig.ParseError:
        return None
    return {name: dict(options) for name, options in config.sections.items()}


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("\n".join))
def test_reading_as_pytest_is_reading_as_iniconfig(text: str) -> None:
    try:
        found = read_as_pytest(text)
    except ConfigError:
        found = None
    assert found == as_iniconfig_reads(text)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("k = v\n", 1, "option 'k' is there twice or in no section"),
        ("[a]\nk = 1\nk = 2\n", 3, "option 'k' is there twice or in no section"),
        ("[a]\n[a]\n", 2, "section [a] is empty or there twice"),
        ("[a]\nword\n", 2, "a line that is neither option nor section"),
        ("[a]\n  k = v\n", 2, "a continuation line without an option"),
    ],
)
def test_what_pytest_refuses_is_an_error_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_as_pytest(text)
    assert (caught.value.line, caught.value.message) == (line, f"not a valid INI file: {message}")


def test_configparser_keeps_names_and_percent_signs_as_written() -> None:
    assert read_as_configparser("[a]\nName = 100%\nbare\n") == {"a": {"Name": "100%", "bare": ""}}


def test_a_file_is_read_by_whichever_parser_takes_it() -> None:
    assert len(read_ini("[a]\nk = v\n")) == 2
    assert read_ini("[a]\n  k = v\n") == [{"a": {"k": "v"}}]
    with pytest.raises(ConfigError, match="there twice or in no section"):
        read_ini("k = v\n")


@pytest.mark.parametrize(("text", "line"), [("k = v\n", 1), ("[a]\n= v\n", 2)])
def test_what_configparser_refuses_is_an_error_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ConfigError, match="not a valid INI file") as caught:
        read_as_configparser(text)
    assert caught.value.line == line


def test_a_value_that_goes_on_below_a_bare_name_is_an_error_on_every_python() -> None:
    with pytest.raises(ConfigError, match="not a valid INI file"):
        read_as_configparser("[a]\nbare\n  more\n")
