from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncshim_codemods.config.toml_edits import insert_line, remove_members, remove_pair
from asyncshim_codemods.config.toml_spans import scan_toml
from asyncshim_codemods.source.config_text import Source, apply_edits


def without(text: str, *doomed: int) -> str:
    source = Source.decode("f", text.encode())
    members = scan_toml(text).children(("a",))
    return apply_edits(text, remove_members(source, members, [members[index] for index in doomed]))


@pytest.mark.parametrize(
    ("text", "doomed", "left"),
    [
        ("a = [1, 2, 3]", (0,), "a = [2, 3]"),
        ("a = [1, 2, 3]", (1,), "a = [1, 3]"),
        ("a = [1, 2, 3]", (2,), "a = [1, 2]"),
        ("a = [1, 2, 3]", (0, 1, 2), "a = []"),
        ("a = [ 1, ]", (0,), "a = [  ]"),
        ("a = [1, 2,]", (1,), "a = [1,]"),
        ("a = [\n  1,\n  2, # two\n  3\n]", (1,), "a = [\n  1,\n  3\n]"),
        ("a = [\n  1,\n  2\n]", (1,), "a = [\n  1,\n]"),
        ("a = [\n  # one\n  1,\n]", (0,), "a = [\n  # one\n]"),
        ("a = [1,\n     2,\n     3]", (0,), "a = [\n     2,\n     3]"),
        ("a = [1,\n     2,\n     3]", (2,), "a = [1,\n     2,\n     ]"),
        ("a = [1, 2,\n     3, 4]", (1,), "a = [1,\n     3, 4]"),
        ("a = [1, 2,\n     3, 4]", (2,), "a = [1, 2,\n     4]"),
        ("a = [\n  1\n  , 2\n]", (0,), "a = [\n   2\n]"),
        ("a = [\n  1\n  , 2\n]", (1,), "a = [\n  1\n  , \n]"),
        ("a = { x = 1, y = 2 }", (0,), "a = { y = 2 }"),
        ("a = { x = 1, y = 2 }", (1,), "a = { x = 1 }"),
        ("a = { x = 1 }", (0,), "a = {  }"),
        ("a = {x = 1, y = 2, z = 3}", (1, 2), "a = {x = 1}"),
    ],
)
def test_neighbours_go_with_the_commas_that_they_leave_over(text: str, doomed: tuple[int, ...], left: str) -> None:
    assert without(text, *doomed) == left
    tomllib.loads(left)


SPACES = st.sampled_from(["", " ", "\n", "\n  ", " # c\n "])


@given(st.lists(st.tuples(SPACES, SPACES), max_size=6), SPACES, st.booleans(), st.data())
def test_whatever_the_layout_the_rest_of_the_array_is_what_stays(
    blanks: list[tuple[str, str]], end: str, trailing: bool, data: st.DataObject
) -> None:
    parts = [f"{before}{number}{after}" for number, (before, after) in enumerate(blanks)]
    text = f"a = [{','.join(parts)}{',' if trailing and parts else ''}{end}]"
    doomed = data.draw(st.sets(st.integers(0, len(blanks) - 1))) if blanks else set[int]()
    expected = [number for number in range(len(blanks)) if number not in doomed]
    assert tomllib.loads(without(text, *sorted(doomed))) == {"a": expected}


def test_a_pair_goes_with_all_of_its_lines_and_the_comment_behind_it() -> None:
    text = "a = 1\nb = [ # why\n  1,\n] # c\nc = 3\n"
    item = scan_toml(text).find(("b",))
    assert item is not None
    assert apply_edits(text, remove_pair(Source.decode("f", text.encode()), item)) == "a = 1\nc = 3\n"


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
    source = Source.decode("f", text.encode())
    assert apply_edits(text, [insert_line(source, line, "new")]) == left
