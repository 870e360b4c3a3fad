"""The spans of statements, and which statements have to be exact when a file is written."""

from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.source.layout import Layout, parsed_layout, printed_layout, replaced

CLASS = """\
import os

# above
class A:
    # first
    x = 1; y = 2

    @staticmethod
    def f(
    ):
        '''Doc.'''
        return [
            1]
        # e

    # end of A
z = 3
# end
"""


def layout_of(text: str) -> tuple[Layout, cst.Module]:
    module = cst.parse_module(text)
    layout = parsed_layout(text, text.encode(), module)
    assert layout is not None
    return layout, module


def definition(node: cst.BaseStatement | cst.BaseSmallStatement) -> cst.FunctionDef | cst.ClassDef:
    assert isinstance(node, cst.FunctionDef | cst.ClassDef)
    return node


def test_statements_of_functions_and_classes_have_the_text_that_libcst_prints() -> None:
    layout, module = layout_of(CLASS)
    outer = definition(module.body[1])
    assert layout.split(outer)
    inner = definition(outer.body.body[1])
    assert layout.split(inner)
    texts = {each: layout.text[slice(*span)] for each, span in layout.spans.items()}
    assert [texts[each] for each in module.body] == [module.code_for_node(each) for each in module.body]
    assert list(texts.values())[3:] == [
        "    # first\n    x = 1; y = 2\n",
        "\n    @staticmethod\n    def f(\n    ):\n        '''Doc.'''\n        return [\n            1]\n        # e\n",
        "        '''Doc.'''\n",
        "        return [\n            1]\n",
    ]


@pytest.mark.parametrize(
    "text",
    ["class A: x = 1\n", "class A:\n    @(\n        f\n    )\n    def g(self): ...\n", "if x:\n    y\n"],
    ids=["one line", "decorator below", "no definition"],
)
def test_other_statements_are_not_split(text: str) -> None:
    layout, module = layout_of(text)
    before = dict(layout.spans)
    for each in module.body:
        if isinstance(each, cst.ClassDef):
            assert not layout.split(each)
    assert layout.spans == before


def test_the_layout_of_a_printed_module_splits_nothing() -> None:
    module = cst.parse_module(CLASS)
    layout = printed_layout(module)
    assert layout.text == CLASS
    assert not layout.split(definition(module.body[1]))
    first = definition(module.body[1]).body.body[0]
    assert isinstance(first, cst.SimpleStatementLine)
    assert layout.known(first) is None


def test_the_statement_before_a_new_one_has_to_be_exact_with_its_last_line() -> None:
    module = cst.parse_module("def f():\n    a\n    b\nc\n")
    function, c = module.body
    new = cst.parse_statement("d\n")
    assert isinstance(function, cst.FunctionDef)
    found = replaced([function, c], [function, new, c])
    assert found == {function: {function, function.body.body[1]}}


def test_a_removed_line_and_the_function_around_it_have_to_be_exact_but_not_the_other_lines() -> None:
    module = cst.parse_module("def f():\n    a\n    b\n    c\n")
    (function,) = module.body
    assert isinstance(function, cst.FunctionDef)
    a, b, c = function.body.body
    changed = function.with_changes(body=function.body.with_changes(body=[a, c]))
    assert replaced([function], [changed]) == {function: {function, b}}
