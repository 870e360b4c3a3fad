from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from asyncshim_codemods.source.narrowing.free_names import FreeNames
from asyncshim_codemods.source.narrowing.units import (
    Keep,
    Unit,
    cut_units,
    decorator_names,
    head,
    is_in_string,
    units_of,
    walk,
)


def units(code: str) -> list[Unit]:
    text = dedent(code).lstrip("\n")
    return units_of(ast.parse(text).body, text.split("\n"), FreeNames())


def test_a_statement_knows_its_lines_and_its_names() -> None:
    found = units("""
        import a.b, c as d
        @deco
        @other(
            1)
        async def f(
            x,
        ):

            y = 1
            return y
        class A(B):
            z: int = 1
            def g(self): ...
        e, (h, *i) = 1, 2
    """)
    assert [(each.first, each.last, each.body_first) for each in found] == [
        (1, 1, 0), (2, 10, 9), (11, 13, 12), (14, 14, 0),
    ]  # fmt: skip
    assert [each.binds for each in found] == [{"a", "d"}, {"f"}, {"A"}, {"e", "h", "i"}]
    assert [each.binds for each in found[2].children] == [{"z"}, {"g"}]
    assert all(each.beside == {"z", "g"} for each in found[2].children)
    assert [each.has_body for each in found] == [False, True, True, False]
    assert [each.can_go for each in found] == [False, True, True, False]
    assert found[1].is_async
    assert found[1].line == 5
    assert len([*walk(found)]) == 6


@pytest.mark.parametrize(
    "code", ["def f(): return 1\n", "def f(\n    a,\n): return 1\n", "class A: x = 1\n", "def f(): \\\n    return 1\n"]
)
def test_a_body_on_the_line_of_its_header_is_none(code: str) -> None:
    (unit,) = units(code)
    assert not unit.has_body
    assert not unit.has_block


def test_statements_that_share_a_line_are_told() -> None:
    assert [each.shares_line for each in units("x = 1; y = 2\nz = 3\n")] == [True, True, False]
    assert [each.shares_line for each in units("x = 1; \\\ny = 2\n")] == [False, True]
    assert [each.shares_line for each in units("x = '''\n'''; y = 2\n")] == [True, True]


def test_the_head_ends_after_the_imports_and_after_the_first_block() -> None:
    found = units("'''Doc.'''\nimport a\nif b:\n    import c\nx = 1\ny = 2\ndef f():\n    pass\nz = 3\n")
    assert [each.first for each in head(found)] == [1, 2, 3, 5]
    found = units("'''Doc.'''\nimport a\nx = 1\ny = 2\ndef f():\n    pass\nz = 3\n")
    assert [each.first for each in head(found)] == [1, 2, 3, 4, 5]


def test_what_is_left_out_is_whole_statements_and_bodies() -> None:
    found = units("def f():\n    pass\nclass A:\n    x = 1\n    y = 2\nclass B:\n    z = 1\n")
    found[0].keep = Keep.HEADER
    found[1].keep = Keep.HEADER
    found[1].children[0].keep = Keep.WHOLE
    assert [each.first for each in cut_units(found)] == [1, 5, 6]


def test_decorators_begin_with_names() -> None:
    (unit,) = units("@a\n@b.c\n@d.e(f)(g).h\n@i[j]\n@(k or l)\ndef m(): ...\n")
    assert decorator_names(unit) == {"a", "b", "d"}
    assert decorator_names(units("x = 1\n")[0]) == set()


def test_a_name_in_a_string_is_found() -> None:
    (unit,) = units("def f(a='x.name'):\n    other\n    1\n")
    assert is_in_string(unit, "name")
    assert not is_in_string(unit, "other")
