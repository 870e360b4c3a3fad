"""TOML and INI look the same to the rules: what one section answers, the other answers, too."""

from __future__ import annotations

import pytest

from asyncshim_codemods.config.ini_file import IniFile
from asyncshim_codemods.config.pytest_ini import IniSection
from asyncshim_codemods.config.pytest_section import PytestSection
from asyncshim_codemods.config.pytest_toml import TomlSection
from asyncshim_codemods.config.text_value import Split
from asyncshim_codemods.config.toml_file import TomlFile
from asyncshim_codemods.source.config_text import ConfigText

TOML = ConfigText.decode("pytest.toml", b'[pytest]\nmode = "auto"\naddopts = "-q -x"\nlines = """\none\ntwo"""\n')
INI = ConfigText.decode("pytest.ini", b"[pytest]\nmode = auto\naddopts = -q -x\nlines =\n  one\n  two\n")


@pytest.mark.parametrize(
    ("text", "section"),
    [(TOML, TomlSection(TomlFile(TOML), ("pytest",))), (INI, IniSection(IniFile(INI), "pytest"))],
    ids=["toml", "ini"],
)
def test_options_and_entries_have_their_names_and_places(text: ConfigText, section: PytestSection) -> None:
    mode, addopts, lines = section.options
    assert [(option.name, text.line(section.place(option)[0])) for option in section.options] == [
        ("mode", 2),
        ("addopts", 3),
        ("lines", 4),
    ]
    assert mode.value == "auto"
    assert section.entries(addopts, Split.WORDS) == ["-q", "-x"]
    assert section.entries(lines, Split.LINES) == ["one", "two"]
    assert text.text[section.place(lines, 1)[0] :].startswith("two")
