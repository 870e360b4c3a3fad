from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncshim_codemods.source.config_text import (
    ConfigText,
    TextEdit,
    apply_edits,
    delete_lines,
    insert_line,
    require_round_trip,
)
from asyncshim_codemods.source.ini_reading import ConfigError


def test_lines_are_counted_as_in_an_editor() -> None:
    source = ConfigText.decode("f", b"one\r\ntwo\n\rfour")
    assert source.line_count == 4
    assert [source.line_text(line) for line in (1, 2, 3, 4)] == ["one", "two", "", "four"]
    assert [source.newline_at(line) for line in (1, 2, 3, 4)] == ["\r\n", "\n", "\r", "\r\n"]
    assert (source.line(source.text.index("w")), source.column(source.text.index("w"))) == (2, 2)


@pytest.mark.parametrize(("data", "lines"), [(b"", 1), (b"a", 1), (b"a\n", 1), (b"a\n\n", 2), (b"\n", 1)])
def test_a_line_end_belongs_to_the_line_before_it(data: bytes, lines: int) -> None:
    assert ConfigText.decode("f", data).line_count == lines


def test_a_byte_order_mark_is_preserved() -> None:
    source = ConfigText.decode("f", b"\xef\xbb\xbfa = 1\n")
    assert source.text == "a = 1\n"
    assert source.encode("b = 1\n") == b"\xef\xbb\xbfb = 1\n"


def test_a_file_that_is_not_utf_8_is_an_error_with_its_line() -> None:
    with pytest.raises(ConfigError, match="not UTF-8 text, so the file stays unchanged") as caught:
        ConfigText.decode("f", b"a\nb\xff\n")
    assert caught.value.line == 2
    assert ConfigText.decode_any("f", b"a\nb\xff\n").text == "a\nb\xff\n"


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ConfigError, match="overlap"):
        apply_edits("abc", [TextEdit(0, 2), TextEdit(1, 3)])


def test_the_same_edit_twice_is_one_edit() -> None:
    assert apply_edits("abc", [TextEdit(1, 2), TextEdit(1, 2)]) == "ac"


def test_insertions_at_one_place_keep_their_order() -> None:
    assert apply_edits("ab", [TextEdit(1, 1, "2"), TextEdit(1, 1, "1"), TextEdit(1, 2, "")]) == "a21"


@given(st.text(st.sampled_from("ab\r\n"), max_size=30), st.data())
def test_deleting_lines_leaves_every_other_line_byte_for_byte(text: str, data: st.DataObject) -> None:
    source = ConfigText.decode("f", text.encode())
    doomed = data.draw(st.sets(st.integers(1, source.line_count)))
    kept = [text[slice(*source.line_span(line))] for line in range(1, source.line_count + 1) if line not in doomed]
    assert apply_edits(text, delete_lines(source, doomed)) == "".join(kept)


@pytest.mark.parametrize(
    ("text", "line", "left"),
    [
        ("a\r\nb\n", 1, "a\r\nnew\r\nb\n"),
        ("a\r\nb\n", 2, "a\r\nb\nnew\n"),
        ("a\r\nb", 2, "a\r\nb\r\nnew"),
        ("a", 1, "a\nnew"),
    ],
)
def test_an_added_line_ends_as_the_one_above_it(text: str, line: int, left: str) -> None:
    source = ConfigText.decode("f", text.encode())
    assert apply_edits(text, [insert_line(source, line, "new")]) == left


def test_a_text_that_a_library_changes_is_an_error_at_the_first_line_that_differs() -> None:
    require_round_trip("a\nb\n", "a\nb\n", "tomlkit")
    with pytest.raises(ConfigError, match="tomlkit does not write this file back") as caught:
        require_round_trip("a\nb\n", "a\nB\n", "tomlkit")
    assert caught.value.line == 2
