from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.syntax.tree import (
    all_parameters,
    child_fields,
    children_of,
    code_of,
    comments_in,
    dotted,
    has_comment,
    is_docstring,
    last_name,
    names_in,
    split_blank_lines,
)

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


def test_only_some_fields_of_a_node_can_contain_names() -> None:
    assert child_fields(cst.Arg) == ("value", "keyword", "star")
    assert "leading_lines" not in child_fields(cst.FunctionDef)
    assert "body" in child_fields(cst.FunctionDef)


def test_comments_are_returned_in_the_order_of_the_text() -> None:
    found = [comment.value for comment in comments_in(cst.parse_module(SOURCE))]
    numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    assert found == [f"# {number}" for number in numbers]


def test_one_comment_is_found_wherever_it_stands() -> None:
    call = cst.parse_expression("f(\n  # why\n  a\n)")
    assert [comment.value for comment in comments_in(call)] == ["# why"]
    assert comments_in(cst.parse_expression("f(a)")) == []


def test_identifiers_are_found_in_every_kind_of_node() -> None:
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


def test_code_is_read_in_the_same_order_without_white_space_and_commas() -> None:
    choice = cst.ensure_type(cst.parse_expression("f(a, b) if  c  else (d)"), cst.IfExp)
    assert [*code_of(choice)] == [choice.body, choice.test, choice.orelse]
    assert {type(each) for each in children_of(choice)} > {type(each) for each in code_of(choice)}
    call = cst.ensure_type(choice.body, cst.Call)
    assert [[*code_of(each)] for each in code_of(call)] == [[], [call.args[0].value], [call.args[1].value]]


def test_parameters_are_returned_in_the_order_of_the_text() -> None:
    function = cst.ensure_type(cst.parse_statement("def f(a, /, b, *c, d, **e): ..."), cst.FunctionDef)
    assert [each.name.value for each in all_parameters(function.params)] == list("abcde")


@pytest.mark.parametrize(("source", "name"), [("a", "a"), ("a.b.c", "a.b.c"), ("a().b", None), ("1", None)])
def test_a_chain_of_names_as_text(source: str, name: str | None) -> None:
    assert dotted(cst.parse_expression(source)) == name
    assert dotted(None) is None


def test_blank_lines_end_at_the_first_comment() -> None:
    comment = cst.EmptyLine(comment=cst.Comment("# c"))
    blank = cst.EmptyLine()
    assert split_blank_lines([blank, comment, blank]) == ([blank], [comment, blank])
    assert split_blank_lines([blank, blank]) == ([blank, blank], [])


@pytest.mark.parametrize(("source", "name"), [("a", "a"), ("a.b.c", "c"), ("a().b", "b"), ("a()", ""), ("1", "")])
def test_the_last_name_of_a_chain(source: str, name: str) -> None:
    assert last_name(cst.parse_expression(source)) == name


@pytest.mark.parametrize(
    ("source", "expected"), [("'a'", True), ("'a' 'b'; 1", True), ("1", False), ("a = 'a'", False)]
)
def test_a_string_as_a_statement_is_a_docstring(source: str, *, expected: bool) -> None:
    line = cst.ensure_type(cst.parse_statement(source), cst.SimpleStatementLine)
    assert is_docstring(line) is expected
    assert is_docstring(line.body[0]) is expected
    assert not is_docstring(cst.parse_statement("def f(): 'a'"))


@pytest.mark.parametrize(("source", "expected"), [("(\n# a\n1)", True), ("( # a\n1)", True), ("(\n1)", False)])
def test_white_space_between_brackets_may_hold_a_comment(source: str, *, expected: bool) -> None:
    assert has_comment(cst.parse_expression(source).lpar[0].whitespace_after) is expected
