from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.syntax.tree import child_fields, children_of, comments_in, names_in

SOURCE = """
# one
@deco(  # two
    a,  # three
)  # four
def f(
    x: y = z,  # five
):  # six
    # seven
    return [  # eight
        g,
        # nine
    ]
# ten
"""


def test_names_stand_below_few_fields() -> None:
    assert child_fields(cst.Arg) == ("value", "keyword", "star")
    assert "leading_lines" not in child_fields(cst.FunctionDef)
    assert "body" in child_fields(cst.FunctionDef)


def test_comments_come_in_the_order_of_the_text() -> None:
    found = [comment.value for comment in comments_in(cst.parse_module(SOURCE))]
    numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    assert found == [f"# {number}" for number in numbers]


def test_one_comment_is_found_wherever_it_stands() -> None:
    call = cst.parse_expression("f(\n  # why\n  a\n)")
    assert [comment.value for comment in comments_in(call)] == ["# why"]
    assert comments_in(cst.parse_expression("f(a)")) == []


def test_names_are_found_in_every_corner() -> None:
    assert names_in(cst.parse_module(SOURCE)) == {"deco", "a", "f", "x", "y", "z", "g"}


@pytest.mark.parametrize(
    "source", [SOURCE, "async with a as b, c: pass\n", "x = {**a, 'b': [c for c in d if not e]}\n"]
)
def test_the_children_are_those_that_libcst_would_visit_in_its_order(source: str) -> None:
    waiting: list[cst.CSTNode] = [cst.parse_module(source)]
    while waiting:
        node = waiting.pop()
        assert [id(child) for child in children_of(node)] == [id(child) for child in node.children]
        waiting += node.children
