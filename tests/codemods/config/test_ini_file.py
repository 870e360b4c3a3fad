"""INI in every layout: which lines go and which stay, and that configupdater finds the options that pytest finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncshim_codemods.config.ini_file import IniFile
from asyncshim_codemods.source.config_text import ConfigText
from asyncshim_codemods.source.ini_reading import ConfigError, read_as_pytest
from config_tools import changed, rewrite, unchanged

PIECES = [
    "[a]",
    "[b]",
    "[c] # x",
    "k = v",
    "l: v",
    "m=1 ; 2",
    "n =",
    "O = 5 %",
    "  more",
    "    deeper",
    "# c",
    "  ; c",
    "",
]


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("\n".join), st.sampled_from(["\n", "\r\n"]))
def test_the_options_that_pytest_reads_are_found(text: str, newline: str) -> None:
    file = IniFile(ConfigText.decode("f", text.replace("\n", newline).encode()))
    try:
        reading = read_as_pytest(text)
        options = file.options
    except ConfigError:
        return
    found: dict[str, dict[str, str]] = {name: {} for name in file.sections}
    for option in options:
        found[option.section][option.name] = option.text
        assert all(file.text.text[part.start : part.end] == part.text for part in option.value)
        assert file.text.text[option.start : option.name_end] == option.name
    assert found == reading


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("markers = asyncio\n  asyncio: x\n  # note\n\n  asyncio\n", "  # note\n\n"),
        ("markers = asyncio\n  b\n  # note\n\n  c\n", "markers =\n  b\n  # note\n\n  c\n"),
        ("markers = a\n  asyncio\n  # note\n\n  c\n", "markers = a\n  # note\n\n  c\n"),
        ("markers = asyncio\n  b\n  # note\n\n  asyncio\n", "markers =\n  b\n  # note\n\n"),
        ("markers:\n\tasyncio\n# note\n\tb\n", "markers:\n# note\n\tb\n"),
        ("addopts = -q --asyncio-mode=auto\n  -p asyncio\n  # note\n  -x\n", "addopts = -q\n  # note\n  -x\n"),
    ],
)
def test_entries_are_removed_and_comments_and_empty_lines_are_kept(before: str, after: str) -> None:
    changed("pytest.ini", f"[pytest]\n{before}x = 5 %\n", f"[pytest]\n{after}x = 5 %\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("asyncio_mode =\n  strict\n  # note\n", "anyio_mode =\n  auto\n  # note\n"),
        ("asyncio_mode=strict\n", "anyio_mode=auto\n"),
        ("asyncio_mode  :  auto\n", "anyio_mode  :  auto\n"),
    ],
)
def test_a_renamed_option_keeps_its_delimiter_and_blanks(before: str, after: str) -> None:
    changed("pytest.ini", f"[pytest]\n{before}x = 1\n", f"[pytest]\n{after}x = 1\n", runner="anyio")


def test_an_empty_value_is_filled_and_a_missing_option_is_added_first() -> None:
    changed("pytest.ini", "[pytest]\nanyio_mode =\nx = 1\n", "[pytest]\nanyio_mode = auto\nx = 1\n", runner="anyio")
    changed("pytest.ini", "[pytest]\nx = 1\n", "[pytest]\nanyio_mode = auto\nx = 1\n", runner="anyio")


def test_a_rewritten_line_keeps_the_blanks_and_the_comments_around_it() -> None:
    before = "[testenv]\ndeps = a\n  two\n  # note\n\n  pytest-asyncio  # c\nb =\n"
    changed("tox.ini", before, before.replace("pytest-asyncio", "asyncshim"))


@pytest.mark.parametrize(
    "text",
    [
        "[pytest]\n\r\rasyncio_mode = auto\r",
        "[pytest]\nasyncio_mode = auto\n[pytest]\nasyncio_mode = auto\n",
        "[pytest]\nasyncio_mode = auto\nasyncio_mode = strict\n",
    ],
)
def test_an_unusual_file_is_edited_correctly_or_not_at_all(text: str) -> None:
    result = rewrite("pytest.ini", text)
    assert result.error is None or result.new == result.old
    assert b"strict" not in result.new or result.new == result.old


@pytest.mark.parametrize("name", ["asyncio_x", "myasyncio", "anyio"])
@pytest.mark.parametrize(
    "text",
    [
        "markers = {}\n  b\n  # asyncio\n\n  c\n",
        "markers:\n\t{}\n# asyncio\n\tb\n",
        "addopts = -q -p {}\n  # -p asyncio\n  -x\n",
        "{}=auto\n; asyncio_mode = auto\n",
        "x = 5 %\n  {}\n  asyncio_mode = auto\n",
        "X{} : y\n\n  asyncio\n",
    ],
)
def test_similar_names_stay_in_every_layout(text: str, name: str) -> None:
    assert unchanged("pytest.ini", f"[pytest]\n{text.format(name)}").findings == ()
