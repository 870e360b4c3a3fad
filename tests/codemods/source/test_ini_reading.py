from __future__ import annotations

import pytest

from asyncshim_codemods.source.ini_reading import ConfigError, read_as_configparser, read_as_pytest, read_ini


def test_pytest_keeps_comments_behind_a_value_and_not_behind_a_section() -> None:
    text = "[b] # c\nk=v ; c\n  more\n# c\n\na: b = c\n[x\n"
    assert read_as_pytest(text) == {"b": {"k": "v ; c\nmore", "a": "b = c\n[x"}}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("k = v\n", 1),
        ("[a]\nk = 1\nk = 2\n", 3),
        ("[a]\n[a]\n", 2),
        ("[a]\nword\n", 2),
        ("[a]\n  k = v\n", 2),
    ],
)
def test_a_file_that_pytest_refuses_is_an_error_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ConfigError, match=r"not a valid INI file: \w") as caught:
        read_as_pytest(text)
    assert caught.value.line == line


def test_configparser_keeps_names_and_percent_signs_as_written() -> None:
    assert read_as_configparser("[a]\nName = 100%\nbare\n") == {"a": {"Name": "100%", "bare": ""}}


def test_a_file_that_one_parser_refuses_is_read_by_the_other() -> None:
    assert len(read_ini("[a]\nk = v\n")) == 2
    assert read_ini("[a]\n  k = v\n") == [{"a": {"k": "v"}}]
    with pytest.raises(ConfigError, match="not a valid INI file"):
        read_ini("k = v\n")


@pytest.mark.parametrize(("text", "line"), [("k = v\n", 1), ("[a]\n= v\n", 2)])
def test_a_file_that_configparser_refuses_is_an_error_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ConfigError, match="not a valid INI file") as caught:
        read_as_configparser(text)
    assert caught.value.line == line


def test_a_value_that_goes_on_below_a_bare_name_is_an_error_on_every_python() -> None:
    with pytest.raises(ConfigError, match="not a valid INI file"):
        read_as_configparser("[a]\nbare\n  more\n")
