"""The printer takes the text of known statements, and knows where the wanted nodes are."""

from __future__ import annotations

import libcst as cst

from asyncshim_codemods.source.printing import Known, Printer

MODULE = cst.parse_module("@a\n@b\ndef f():\n  x = 1\n  y = 2\n")


def function() -> cst.FunctionDef:
    return cst.ensure_type(MODULE.body[0], cst.FunctionDef)


def test_a_known_statement_is_one_token() -> None:
    first, _ = function().body.body
    assert isinstance(first, cst.SimpleStatementLine)
    printer = Printer(MODULE)
    printer.print(function(), lambda _holder, _body: [Known(first, "  x  =  1\n", "  "), None])
    assert "  x  =  1\n" in printer.tokens
    assert "".join(printer.tokens) == "@a\n@b\ndef f():\n  x  =  1\n  y = 2\n"


def test_a_known_statement_that_moves_to_another_indentation_is_printed() -> None:
    first, second = function().body.body
    assert isinstance(first, cst.SimpleStatementLine)
    moved = cst.ensure_type(cst.parse_statement("def g():\n    pass\n"), cst.FunctionDef)
    moved = moved.with_changes(body=moved.body.with_changes(body=[first, second], indent="    "))
    printer = Printer(MODULE)
    printer.print(moved, lambda _holder, _body: [Known(first, "  x  =  1\n", "  "), None])
    assert "".join(printer.tokens) == "def g():\n    x = 1\n    y = 2\n"


def test_wanted_nodes_are_found_beside_known_statements() -> None:
    first, second = function().body.body
    assert isinstance(first, cst.SimpleStatementLine)
    decorator, block = function().decorators[1], function().body
    printer = Printer(MODULE, [function(), decorator, block, second])
    printer.print(function(), lambda _holder, _body: [Known(first, "  x = 1\n", "  "), None])

    def text(node: cst.CSTNode) -> str:
        return "".join(printer.tokens[printer.begin[node] : printer.end[node]])

    assert text(function()) == MODULE.code
    assert text(decorator) == "@b\n"
    assert text(block) == "\n  x = 1\n  y = 2\n"
    assert text(second) == "  y = 2\n"
