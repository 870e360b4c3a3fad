from __future__ import annotations

import pytest

from asyncshim_codemods.config.check import check_ini
from asyncshim_codemods.config.ini_plan import IniPlan
from asyncshim_codemods.config.text_value import Split
from asyncshim_codemods.source.config_text import Source, apply_edits

TEXT = "[s]\na = one\n  two\n  # note\n\n  three\nb =\nc = x y\n"


def plan() -> IniPlan:
    return IniPlan(Source.decode("f.ini", TEXT.encode()))


def result(made: IniPlan) -> str:
    after = apply_edits(made.source.text, made.edits())
    check_ini(made.source, after, made.changes)
    return after


def test_an_option_goes_and_comments_and_empty_lines_among_its_lines_stay() -> None:
    made = plan()
    made.remove(made.spans.options[0])
    assert result(made) == "[s]\n  # note\n\nb =\nc = x y\n"


def test_a_value_of_several_lines_becomes_one() -> None:
    made = plan()
    made.replace(made.spans.options[0], "new", "z")
    assert result(made) == "[s]\nz = new\n  # note\n\nb =\nc = x y\n"


def test_an_empty_value_is_filled() -> None:
    made = plan()
    made.replace(made.spans.options[1], "new")
    assert "b = new\n" in result(made)


def test_a_line_is_added_below_another() -> None:
    made = plan()
    made.add("s", 1, "n", "v")
    assert result(made).startswith("[s]\nn = v\na = one\n")


@pytest.mark.parametrize(
    ("removed", "after"),
    [
        ({0}, "a =\n  two\n  # note\n\n  three\n"),
        ({1}, "a = one\n  # note\n\n  three\n"),
        ({0, 2}, "a =\n  two\n  # note\n\n"),
    ],
)
def test_lines_of_a_value_go_one_by_one(removed: set[int], after: str) -> None:
    made = plan()
    option = made.spans.options[0]
    made.cut(option, made.string(option).tokens(Split.LINES), removed, {})
    assert result(made) == f"[s]\n{after}b =\nc = x y\n"


def test_lines_are_dropped_and_rewritten_by_their_index() -> None:
    made = plan()
    made.rewrite_lines(made.spans.options[0], {0}, {2: "drei"})
    assert result(made) == "[s]\na =\n  two\n  # note\n\n  drei\nb =\nc = x y\n"


def test_a_value_has_the_place_of_each_of_its_characters() -> None:
    made = plan()
    text = made.string(made.spans.options[0])
    assert text.text == "one\ntwo\nthree"
    assert [made.source.text[offset] for offset in text.offsets[:3]] == ["o", "n", "e"]
    assert made.source.text[text.offsets[4]] == "t"
    assert made.string(made.spans.options[1]).text == ""
