from __future__ import annotations

import pytest

from asyncshim_codemods.config.check import ValueChange, apply_changes, check_ini, check_toml, parse_ini, parse_toml
from asyncshim_codemods.source.config_text import ConfigText
from asyncshim_codemods.source.ini_reading import ConfigError

TOML = ConfigText.decode("f.toml", b'a = 1\nb = ["x", "y", "z"]\n[t]\nc = "v"\n')
INI = ConfigText.decode("f.ini", b"[s]\na = 1\nb =\n  x\n  y\n")


def test_toml_with_exactly_the_intended_differences_is_accepted() -> None:
    changes = [
        ValueChange(("b", 0), None),
        ValueChange(("b", 2), "w"),
        ValueChange(("t", "c"), "u", "d"),
        ValueChange(("n", "m"), "new"),
    ]
    check_toml(TOML, 'a = 1\nb = ["y", "w"]\nn.m = "new"\n[t]\nd = "u"\n', changes)


@pytest.mark.parametrize(
    "after",
    [
        'a = 1\nb = ["x", "y", "z"]\n[t]\n',
        'a = 2\nb = ["x", "y"]\n[t]\nc = "v"\n',
        'a = 1\nb = ["y", "z"]\n[t]\nc = "v"\n',
        'a = 1\nb = ["x", "y"]\n[t]\nc = "v"\nd = 1\n',
        'a = 1\nb = ["x", "y"\n[t]\nc = "v"\n',
        "",
    ],
)
def test_toml_with_any_other_difference_is_refused(after: str) -> None:
    with pytest.raises(ConfigError, match="would change more than intended"):
        check_toml(TOML, after, [ValueChange(("b", 2), None)])


def test_ini_with_exactly_the_intended_differences_is_accepted() -> None:
    changes = [ValueChange(("s", "a"), None), ValueChange(("s", "b"), "y"), ValueChange(("s", "c"), "2")]
    check_ini(INI, "[s]\nb =\n  y\nc = 2\n", changes)


@pytest.mark.parametrize(
    "after",
    [
        "[s]\na = 1\nb =\n  x\n  y\n",
        "[s]\na = 1\nb =\n  y\n",
        "[s]\nb =\n  x\n  y\nc = 1\n",
        "[z]\nb =\n  x\n  y\n",
        "b =\n  x\n  y\n",
        # Indented options are continuation lines for pytest, and options for configparser.
        "[s]\n  b =\n    x\n    y\n",
    ],
)
def test_ini_with_any_other_difference_is_refused(after: str) -> None:
    with pytest.raises(ConfigError, match="would change more than intended"):
        check_ini(INI, after, [ValueChange(("s", "a"), None)])


def test_elements_are_removed_from_the_last_to_the_first() -> None:
    document: dict[str, object] = {"l": list(range(12))}
    apply_changes(document, [ValueChange(("l", 2), None), ValueChange(("l", 10), None), ValueChange(("l", 9), "nine")])
    assert document == {"l": [0, 1, 3, 4, 5, 6, 7, 8, "nine", 11]}


@pytest.mark.parametrize(("text", "line"), [("a = \n", 1), ("a = 1\nb = [1\n", 2), ("a = 1\na = 2\n", 2)])
def test_a_toml_syntax_error_names_its_line(text: str, line: int) -> None:
    with pytest.raises(ConfigError, match=r"^not valid TOML: ") as caught:
        parse_toml(ConfigText.decode("f.toml", text.encode()))
    assert caught.value.line == line


def test_an_ini_file_that_no_parser_reads_is_an_error() -> None:
    assert parse_ini(INI)
    with pytest.raises(ConfigError, match=r"^not a valid INI file: "):
        parse_ini(ConfigText.decode("f.ini", b"word\n"))
