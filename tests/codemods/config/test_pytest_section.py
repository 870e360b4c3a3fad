"""TOML and INI look the same to the rules: what is asked of one section is asked of the other."""

from __future__ import annotations

import pytest

from asyncshim_codemods.config.check import check_ini, check_toml
from asyncshim_codemods.config.ini_plan import IniPlan
from asyncshim_codemods.config.pytest_ini import IniSection
from asyncshim_codemods.config.pytest_section import PytestSection
from asyncshim_codemods.config.pytest_toml import TomlSection
from asyncshim_codemods.config.text_value import Split
from asyncshim_codemods.config.toml_plan import TomlPlan
from asyncshim_codemods.source.config_text import Source, apply_edits

TOML = '[pytest]\nmode = "auto"\naddopts = "-q -x -v"\nlines = """\none\ntwo\nthree"""\n'
INI = "[pytest]\nmode = auto\naddopts = -q -x -v\nlines =\n  one\n  two\n  three\n"


def toml() -> tuple[Source, PytestSection]:
    source = Source.decode("pytest.toml", TOML.encode())
    return source, TomlSection(TomlPlan(source), ("pytest",))


def ini() -> tuple[Source, PytestSection]:
    source = Source.decode("pytest.ini", INI.encode())
    return source, IniSection(IniPlan(source), "pytest")


def finish(source: Source, section: PytestSection) -> str:
    after = apply_edits(source.text, section.edits())
    check = check_toml if source.path.endswith(".toml") else check_ini
    check(source, after, section.changes())
    return after


@pytest.mark.parametrize("make", [toml, ini])
def test_options_have_their_names_values_and_places(make: type) -> None:
    source, section = make()
    assert [(option.name, source.line(option.offset), option.anchor) for option in section.options] == [
        ("mode", 2, 2),
        ("addopts", 3, 3),
        ("lines", 4, 4),
    ]
    assert section.options[0].value == "auto"


@pytest.mark.parametrize(("make", "after"), [(toml, 'new = "b"\n'), (ini, "new = b\n")])
def test_an_option_can_be_removed_replaced_renamed_and_added(make: type, after: str) -> None:
    source, section = make()
    mode, addopts, lines = section.options
    section.replace(mode, "strict", "anyio_mode")
    section.remove(addopts)
    section.remove(lines)
    section.add("new", "b", {"mode"})
    assert finish(source, section).endswith(after)
    assert "anyio_mode = " in finish(source, section)


@pytest.mark.parametrize(("make", "left"), [(toml, 'addopts = "-q -w"'), (ini, "addopts = -q -w")])
def test_words_can_be_cut_and_replaced(make: type, left: str) -> None:
    source, section = make()
    option = section.options[1]
    assert [entry.text for entry in section.entries(option, Split.WORDS)] == ["-q", "-x", "-v"]
    section.cut(option, Split.WORDS, {1}, {2: "-w"})
    assert left in finish(source, section)


@pytest.mark.parametrize(("make", "left"), [(toml, '"""\none\nthree"""\n'), (ini, "lines =\n  one\n  three\n")])
def test_lines_can_be_cut(make: type, left: str) -> None:
    source, section = make()
    option = section.options[2]
    entries = section.entries(option, Split.LINES)
    assert [(entry.text, source.text[entry.offset :].splitlines()[0]) for entry in entries[:2]] == [
        ("one", "one"),
        ("two", "two"),
    ]
    section.cut(option, Split.LINES, {1}, {})
    assert left in finish(source, section)


@pytest.mark.parametrize("make", [toml, ini])
def test_an_option_without_entries_left_goes_away(make: type) -> None:
    source, section = make()
    section.cut(section.options[1], Split.WORDS, {0, 1, 2}, {})
    assert "addopts" not in finish(source, section)


@pytest.mark.parametrize("make", [toml, ini])
def test_an_option_without_its_like_is_added_first(make: type) -> None:
    source, section = make()
    section.add("new", "b", {"other"})
    assert finish(source, section).splitlines()[1].startswith("new = ")
