from __future__ import annotations

import ast
from itertools import combinations, product

import libcst as cst
import pytest

from asyncshim_codemods.edits.model import Remove
from asyncshim_codemods.edits.rebuild import Rebuild
from asyncshim_codemods.edits.stale_comments import worth_keeping
from asyncshim_codemods.syntax.bindings import build_index


def without(source: str, *positions: int) -> str:
    """The source without these elements of the first list, call, parameter list or import in it."""
    module = cst.parse_module(source)
    index = build_index(module)
    nodes = [node for node in index.parents if isinstance(node, cst.Element | cst.Arg | cst.Param | cst.ImportAlias)]
    nodes.sort(key=_name)
    return Rebuild(index, [Remove(nodes[position]) for position in positions]).module().code


def _name(node: cst.CSTNode) -> str:
    held = node.name if isinstance(node, cst.Param | cst.ImportAlias) else node.value  # type: ignore[attr-defined]
    assert isinstance(held, cst.Name)
    return held.value


@pytest.mark.parametrize(
    ("before", "gone", "after"),
    [
        ("x = [a, b, c]", [0], "x = [b, c]"),
        ("x = [a, b, c]", [1], "x = [a, c]"),
        ("x = [a, b, c]", [2], "x = [a, b]"),
        ("x = [a, b, c, ]", [2], "x = [a, b, ]"),
        ("x = [ a, b ]", [0], "x = [ b ]"),
        ("x = [ a, b ]", [1], "x = [ a ]"),
        ("x = [a]", [0], "x = []"),
        ("x = [\n    a,\n    b,\n]", [0], "x = [\n    b,\n]"),
        ("x = [\n    a,\n    b,\n]", [1], "x = [\n    a,\n]"),
        ("x = [\n    a,\n    b\n]", [1], "x = [\n    a\n]"),
        ("x = [a,\n     b]", [1], "x = [a]"),
        ("x = [a,\n     b]", [0], "x = [b]"),
        ("x = [a, b,\n     c]", [1], "x = [a,\n     c]"),
        ("x = (a, b)", [0], "x = (b,)"),
        ("x = a, b", [1], "x = a,"),
        ("x = {a, b}", [1], "x = {a}"),
        ("f(a, b)", [0], "f(b)"),
        ("f(\n    a,\n    b,\n)", [1], "f(\n    a,\n)"),
        ("f(\n    a,\n    b\n)", [1], "f(\n    a\n)"),
        ("f(\n    a,\n)", [0], "f()"),
        ("def f(a, b): ...", [0], "def f(b): ..."),
        ("def f(a, b): ...", [1], "def f(a): ..."),
        ("def f(\n    a,\n    b,\n): ...", [0], "def f(\n    b,\n): ..."),
        ("def f(\n    a,\n    b,\n): ...", [1], "def f(\n    a,\n): ..."),
        ("def f(\n    a,\n    b\n): ...", [1], "def f(\n    a\n): ..."),
        ("def f(\n    a,\n): ...", [0], "def f(): ..."),
        ("def f(a, *, b): ...", [1], "def f(a): ..."),
        ("def f(*, a, b): ...", [0], "def f(*, b): ..."),
        ("def f(*, a): ...", [0], "def f(): ..."),
        ("def f(a, *b, c): ...", [2], "def f(a, *b): ..."),
        ("def f(*, a, **b): ...", [0], "def f(**b): ..."),
        ("def f(a, /, b): ...", [1], "def f(a, /): ..."),
        ("def f(a, /, b): ...", [0], "def f(b): ..."),
        ("def f(a, b: int = 1, *c: str, d=2, **e): ...", [0], "def f(b: int = 1, *c: str, d=2, **e): ..."),
        ("from m import a, b", [0], "from m import b"),
        ("from m import a, b", [1], "from m import a"),
        ("from m import (\n    a,\n    b,\n)", [1], "from m import (\n    a,\n)"),
        ("from m import (\n    a,\n    b\n)", [1], "from m import (\n    a\n)"),
        ("from m import (a, b)", [0], "from m import (b)"),
        ("import a, b", [0], "import b"),
    ],
)
def test_a_removed_element_leaves_no_comma_and_no_empty_line(before: str, gone: list[int], after: str) -> None:
    assert without(before, *gone) == after


@pytest.mark.parametrize(
    ("before", "gone", "after"),
    [
        ("x = [\n    a,  # A\n    b,  # B\n    c,  # C\n]", [1], "x = [\n    a,  # A\n    # B\n    c,  # C\n]"),
        ("x = [\n    a,  # A\n    b,  # B\n]", [1], "x = [\n    a,  # A\n    # B\n]"),
        ("x = [\n    a,  # A\n    b,  # B\n]", [0], "x = [\n    # A\n    b,  # B\n]"),
        ("x = [\n    # A\n    a,\n    # B\n    b,\n    # end\n]", [0], "x = [\n    # A\n    # B\n    b,\n    # end\n]"),
        ("x = [\n    a,\n    # two\n    b,\n    # end\n]", [1], "x = [\n    a,\n    # two\n    # end\n]"),
        ("x = [\n    a,\n    b,  # noqa: F821\n]", [1], "x = [\n    a,\n]"),
        ("def f(\n    a,  # A\n    b,  # B\n): ...", [0], "def f(\n    # A\n    b,  # B\n): ..."),
        ("def f(\n    a,  # A\n): ...", [0], "def f(\n    # A\n): ..."),
        ("f(\n    a,  # A\n    b  # B\n)", [1], "f(\n    a  # A\n    # B\n)"),
        ("from m import (\n    a,  # A\n    b,\n)", [0], "from m import (\n    # A\n    b,\n)"),
    ],
)
def test_a_comment_beside_a_removed_element_moves_to_its_own_line(before: str, gone: list[int], after: str) -> None:
    assert without(before, *gone) == after


OPENERS = {"x = [": "]", "f(": ")", "def f(": "): ...", "from m import (": ")"}
STYLES = [", ", ",\n    ", ",  # {}\n    ", ",\n    # {}\n    ", " ,"]


@pytest.mark.parametrize("opener", OPENERS)
def test_every_way_to_write_three_elements_survives_every_removal(opener: str) -> None:
    cases = 0
    for first, second, last, begin, end in product(STYLES, STYLES, ["", ","], ["", "\n    "], ["", "\n", "  # E\n"]):
        source = f"{opener}{begin}a{first.format('A')}b{second.format('B')}c{last}{end}{OPENERS[opener]}\n"
        for count in (1, 2):
            for gone in combinations(range(3), count):
                cases += 1
                result = without(source, *gone)
                expected = "".join(name for position, name in enumerate("abc") if position not in gone)
                assert _names(result) == expected, (source, gone, result)
                for comment in ("# A", "# B", "# E"):
                    assert result.count(comment) == source.count(comment), (source, gone, result)
                assert ",," not in result.replace(" ", "").replace("\n", "")
    assert cases == 1800


def _names(source: str) -> str:
    """The names of the elements, as the interpreter sees them."""
    node = ast.parse(source).body[0]
    match node:
        case ast.Assign(value=ast.List(elts=elements)) | ast.Expr(value=ast.Call(args=elements)):
            return "".join(element.id for element in elements if isinstance(element, ast.Name))
        case ast.FunctionDef(args=arguments):
            return "".join(argument.arg for argument in arguments.args)
        case ast.ImportFrom(names=names):
            return "".join(alias.name for alias in names)
        case _:
            raise AssertionError(ast.dump(node))


@pytest.mark.parametrize("comment", ["# noqa", "#noqa: E501", "# type: ignore[x]", "# pyright: ignore", "# fmt: skip"])
def test_a_comment_for_a_tool_is_removed_with_its_line(comment: str) -> None:
    assert not worth_keeping(cst.Comment(comment))


@pytest.mark.parametrize("comment", ["# why this is here", "# no quality assurance", "# typed", "#"])
def test_a_comment_for_readers_is_kept(comment: str) -> None:
    assert worth_keeping(cst.Comment(comment))
