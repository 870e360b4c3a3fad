from __future__ import annotations

import shlex
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncshim_codemods.config.text_value import Split, TextValue, text_of_toml_string


def plain(text: str) -> TextValue:
    return TextValue(text, tuple(range(len(text) + 1)))


@pytest.mark.parametrize(
    "token",
    [
        '"plain"',
        "'lit\\eral'",
        '"esc \\" \\\\ \\t \\u00e9 \\U0001F600"',
        '"""\nfirst\nsecond"""',
        "'''\nfirst\\\nsecond'''",
        '"""fold \\\n   ed\n"""',
        '"""a"b""c"""',
        '""',
        '""""""',
        '"""\r\ncrlf\r\nhere"""',
    ],
)
def test_a_string_token_is_read_as_tomllib_reads_it_and_each_character_has_its_place(token: str) -> None:
    text = f"x = {token}\n"
    value = text_of_toml_string(text, 4, 4 + len(token))
    assert value.text == tomllib.loads(text)["x"]
    assert len(value.offsets) == len(value.text) + 1
    for character, offset in zip(value.text, value.offsets, strict=False):
        assert text[offset] in {character, "\\", "\r"}


@given(st.text(st.sampled_from(" ab'\"\\\n\t-="), max_size=20))
def test_words_are_those_of_the_shell(text: str) -> None:
    try:
        expected = shlex.split(text)
    except ValueError:
        expected = []
    assert [token.text for token in plain(text).tokens(Split.WORDS)] in (expected, [])


def test_lines_are_those_that_are_not_blank_without_blanks_around() -> None:
    value = plain("\n  one two \n\n three\n")
    assert [token.text for token in value.tokens(Split.LINES)] == ["one two", "three"]


@pytest.mark.parametrize(
    ("text", "removed", "left"),
    [
        ("a b c", {0}, "b c"),
        ("a b c", {1}, "a c"),
        ("a b c", {2}, "a b"),
        ("a b c", {0, 1}, "c"),
        ("a b c", {1, 2}, "a"),
        ("a  'b c'  d", {1}, "a  d"),
        (" a b", {0}, " b"),
    ],
)
def test_a_word_is_removed_with_the_spaces_on_one_side(text: str, removed: set[int], left: str) -> None:
    value = plain(text)
    cut = value.cut(value.tokens(Split.WORDS), removed, {})
    assert cut.lines == ()
    for start, end, new in reversed(cut.spans):
        text = text[:start] + new + text[end:]
    assert text == left


def test_a_line_is_removed_if_all_of_its_words_are() -> None:
    value = plain("-q\n--x y\n-z -w\n")
    cut = value.cut(value.tokens(Split.WORDS), {1, 2, 3}, {0: "-v"})
    assert cut.lines == (1,)
    assert cut.spans == ((0, 2, "-v"), (9, 12, ""))


def test_words_that_a_shell_divides_in_another_way_are_not_read() -> None:
    assert plain("-q\u00a0--asyncio-mode=auto").tokens(Split.WORDS) == []
