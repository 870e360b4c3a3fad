from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.edits.model import Remove
from asyncshim_codemods.edits.rebuild import Rebuild
from asyncshim_codemods.edits.remove_nodes import join_lines, remove_from
from asyncshim_codemods.syntax.bindings import build_index


def without(source: str, *texts: str) -> str:
    """The source without the decorators and statements whose code begins with one of these texts."""
    module = cst.parse_module(source)
    index = build_index(module)
    empty = cst.Module([])
    gone: list[cst.CSTNode] = []
    for node in index.parents:
        if isinstance(node, cst.Decorator):
            code = "@" + empty.code_for_node(node.decorator)
        elif isinstance(node, cst.BaseSmallStatement):
            code = empty.code_for_node(node)
        elif isinstance(node, cst.FunctionDef | cst.ClassDef):
            code = f"def {node.name.value}"
        else:
            continue
        if code.startswith(texts):
            gone.append(node)
    assert gone
    return Rebuild(index, [Remove(node) for node in gone]).module().code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@a\n@x\n@b\ndef f(): ...\n", "@a\n@b\ndef f(): ...\n"),
        ("@x\ndef f(): ...\n", "def f(): ...\n"),
        ("@x\n@x\nclass A: ...\n", "class A: ...\n"),
        ("# A\n@x  # B\n# C\n@b  # D\n# E\ndef f(): ...\n", "# A\n# B\n# C\n@b  # D\n# E\ndef f(): ...\n"),
        ("@a  # A\n# B\n@x\n# C\ndef f(): ...\n", "@a  # A\n# B\n# C\ndef f(): ...\n"),
        ("@a\n\n@x\n\n@b\ndef f(): ...\n", "@a\n\n\n@b\ndef f(): ...\n"),
        ("@x(\n    1,  # A\n)  # B\ndef f(): ...\n", "# A\n# B\ndef f(): ...\n"),
        ("class A:\n\n    @x  # noqa\n    def f(self): ...\n", "class A:\n\n    def f(self): ...\n"),
    ],
)
def test_a_decorator_is_removed_and_its_comments_are_kept(before: str, after: str) -> None:
    assert without(before, "@x") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nx\nb\n", "a\nb\n"),
        ("a; x; b\n", "a; b\n"),
        ("a; x\n", "a\n"),
        ("a; x;\n", "a;\n"),
        ("x; a\n", "a\n"),
        ("x\n\n\na\n", "a\n"),
        ("# A\n\nx\n\n\na\n", "# A\n\n\n\na\n"),
        ("a\n\nx\n\n\nb\n", "a\n\n\nb\n"),
        ("a\n\n\nx\n\nb\n", "a\n\n\nb\n"),
        ("a\n\n# A\nx  # B\n# C\n\nb\n", "a\n\n# A\n# B\n# C\n\nb\n"),
        ("a\n\nx  # noqa: F401\n", "a\n"),
        ("a\n\n# A\nx\n", "a\n\n# A\n"),
        ("a\nx\n# end\n", "a\n# end\n"),
        ("if a():\n    x\n", "if a():\n    pass\n"),
        ("if a(): x\n", "if a(): pass\n"),
        ("if a: x; b\n", "if a: b\n"),
        ("class A:\n    # A\n    x  # B\n", "class A:\n    # A\n    # B\n    pass\n"),
        ("class A:\n    x\n\n    b\n", "class A:\n    b\n"),
        ("class A:\n    x\n\n    # A\n    b\n", "class A:\n    # A\n    b\n"),
        ("class A:\n\n    x\n\n    b\n", "class A:\n    b\n"),
        ("def f():\n    a\n    x\n    # tail\n\nb\n", "def f():\n    a\n    # tail\n\nb\n"),
        ("try:\n    x\nfinally:\n    a\n", "try:\n    pass\nfinally:\n    a\n"),
        ("x\nx\n\na\n", "a\n"),
        ("x = [\n    1,  # A\n]  # B\na\n", "# A\n# B\na\n"),
        ("if TYPE_CHECKING:\n    x\na\n", "a\n"),
        ("if t.TYPE_CHECKING:\n    x\n    x\na\n", "a\n"),
        ("if TYPE_CHECKING:\n    x\nelse:\n    a\n", "if TYPE_CHECKING:\n    pass\nelse:\n    a\n"),
        ("if TYPE_CHECKING:\n    x\n    a\n", "if TYPE_CHECKING:\n    a\n"),
    ],
)
def test_a_statement_is_removed_without_its_neighbours(before: str, after: str) -> None:
    assert without(before, "x") == after


def test_a_function_is_removed_with_its_decorators() -> None:
    assert without("a\n\n\n@d\n# A\ndef x():\n    # B\n    b\n\n\nc\n", "def x") == "a\n\nc\n"


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [("", "", ""), (".", "..", ".."), ("..", ".", ".."), ("#.", "..", "#.."), (".#", ".", ".#."), ("#", "#", "##")],
)
def test_the_larger_number_of_blank_lines_around_a_removed_statement_is_kept(
    before: str, after: str, joined: str
) -> None:
    def lines(text: str) -> list[cst.EmptyLine]:
        return [cst.EmptyLine(comment=cst.Comment("#") if each == "#" else None) for each in text]

    found = join_lines(lines(before), lines(after))
    assert "".join("#" if line.comment else "." for line in found) == joined


def test_removing_an_element_of_an_unknown_node_raises() -> None:
    with pytest.raises(TypeError, match="nothing can be removed from a Name"):
        remove_from(cst.Name("a"), [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import a\n\n\ndef f(): ...\n\n\nx = 1\n", "import a\n\nx = 1\n"),
        ("x = 1\n\n\nclass f: ...\n\n\n# two\ny = 2\n", "x = 1\n\n# two\ny = 2\n"),
        ("x = 1\n\n\n@d\ndef f(): ...\n\n\nif x:\n    y = 2\n", "x = 1\n\nif x:\n    y = 2\n"),
        ("x = 1\n\n\ndef f(): ...\n\n\ndef g(): ...\n", "x = 1\n\n\ndef g(): ...\n"),
        ("def g(): ...\n\n\ndef f(): ...\n\n\nx = 1\n", "def g(): ...\n\n\nx = 1\n"),
        ("if a:\n    def g(): ...\n\n\ndef f(): ...\n\n\nx = 1\n", "if a:\n    def g(): ...\n\n\nx = 1\n"),
    ],
)
def test_one_blank_line_stays_where_a_definition_between_plain_lines_is_removed(before: str, after: str) -> None:
    assert without(before, "def f") == after
