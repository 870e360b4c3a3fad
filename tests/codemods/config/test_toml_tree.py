from __future__ import annotations

import pytest

from asyncshim_codemods.config.check import ValueChange
from asyncshim_codemods.config.toml_tree import TomlTree
from asyncshim_codemods.source.ini_reading import ConfigError

TEXT = """\
[tool.poetry.group.dev.dependencies] # dev
pytest-asyncio = "^0.21"
list = [
    'a', # first
    'b',
]
"""
TABLE = ("tool", "poetry", "group", "dev", "dependencies")


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ((*TABLE, "pytest-asyncio"), 'pytest-asyncio = "^0.21"', '"^0.21"'),
        ((*TABLE, "list", 1), "'b',", "'b'"),
    ],
)
def test_the_place_of_a_pair_or_element_is_found(path: tuple[str | int, ...], text: str, value: str) -> None:
    tree = TomlTree(TEXT)
    assert TEXT[tree.start(path) :].startswith(text)
    assert TEXT[tree.value_start(path) :].startswith(value)


def test_an_edit_of_one_value_keeps_every_other_byte() -> None:
    assert TomlTree(TEXT).edited([ValueChange((*TABLE, "list", 1), "c")]) == TEXT.replace("'b'", "'c'")


def test_a_path_that_is_not_in_the_document_is_an_error_that_names_it() -> None:
    with pytest.raises(ConfigError, match=r"tomlkit does not find tool\.other, so the file stays unchanged"):
        TomlTree(TEXT).node(("tool", "other"))


def test_a_document_that_is_no_toml_is_an_error_with_its_line() -> None:
    with pytest.raises(ConfigError, match="tomlkit cannot read this file") as caught:
        TomlTree("[a]\nb = \n")
    assert caught.value.line == 2
