from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.edits.model import AddImport, Edit, Modify, Prepend, Remove, Replace
from asyncshim_codemods.edits.rebuild import Rebuild
from asyncshim_codemods.syntax.bindings import build_index
from asyncshim_codemods.syntax.index import Index


def index_of(source: str) -> Index:
    return build_index(cst.parse_module(source))


def code(index: Index, *edits: Edit) -> str:
    return Rebuild(index, edits).module().code


def test_statements_without_an_edit_are_the_same_nodes() -> None:
    index = index_of("a = 1\nb = 2\nc = 3\n")
    body = Rebuild(index, [Replace(index.names["b"][0], cst.Name("d"))]).module().body
    assert [new is old for new, old in zip(body, index.module.body, strict=True)] == [True, False, True]


def test_several_edits_of_one_statement_are_combined() -> None:
    index = index_of("@a(1, x)\n@b\nasync def f(p, q: t = u):\n    return v\n")
    function = index.functions[0]

    def sync(node: cst.CSTNode) -> cst.CSTNode:
        return node.with_changes(asynchronous=None)

    result = code(
        index,
        Remove(function.decorators[1]),
        Replace(index.names["x"][0], cst.Name("y")),
        Remove(function.params.params[0]),
        Replace(index.names["v"][0], cst.Name("w")),
        Modify(function, sync),
        Prepend(function, "z = 1\n"),
    )
    assert result == "@a(1, y)\ndef f(q: t = u):\n    z = 1\n    return w\n"


def test_a_change_of_a_node_gets_the_result_of_edits_inside_it() -> None:
    index = index_of("f(a=1)\n")
    call = index.calls[0]

    def bare(node: cst.CSTNode) -> cst.CSTNode:
        return node.func if isinstance(node, cst.Call) and not node.args else node

    assert code(index, Remove(call.args[0]), Modify(call, bare)) == "f\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f():\n    a\n", "def f():\n    x = 1\n    a\n"),
        ("def f():\n    'doc'\n    a\n", "def f():\n    'doc'\n    x = 1\n    a\n"),
        ("def f():\n    'doc'\n", "def f():\n    'doc'\n    x = 1\n"),
        ("def f():\n    'doc' 'more'\n\n    # c\n    a\n", "def f():\n    'doc' 'more'\n\n    x = 1\n    # c\n    a\n"),
        ("def f(): a\n", "def f(): x = 1; a\n"),
        ("def f(): 'doc'; a\n", "def f(): 'doc'; x = 1; a\n"),
        ("def f():\n    'doc'; a\n    b\n", "def f():\n    'doc'; x = 1; a\n    b\n"),
        ("def f():  # c\n\n    # d\n    a\n", "def f():  # c\n\n    x = 1\n    # d\n    a\n"),
        ("class A:\n\tdef f(self):\n\t\ta\n", "class A:\n\tdef f(self):\n\t\tx = 1\n\t\ta\n"),
    ],
)
def test_a_new_first_statement_is_inserted_after_the_docstring(before: str, after: str) -> None:
    index = index_of(before)
    assert code(index, Prepend(index.functions[0], "x = 1\n")) == after


def test_a_statement_that_becomes_empty_is_removed() -> None:
    index = index_of("from a import (\n    b,\n    c,\n)\nif x():\n    import d\n")
    aliases = [alias for each in index.imports for alias in each.names if isinstance(alias, cst.ImportAlias)]
    rebuild = Rebuild(index, [Remove(alias) for alias in aliases])
    assert rebuild.module().code == "if x():\n    pass\n"
    assert all(rebuild.is_gone(each) for each in index.imports)
    assert not rebuild.is_gone(index.names["x"][0])


def test_names_in_new_code_count_as_used() -> None:
    index = index_of("def f():\n    a\n")
    name = index.names["a"][0]
    rebuild = Rebuild(
        index,
        [
            Replace(name, cst.parse_expression("b.c(d, e=f)")),
            Prepend(index.functions[0], "g = h.i\n"),
            AddImport("j"),
            Modify(name, lambda node: node, names=("k",)),
        ],
    )
    assert rebuild.new_names >= {"b", "d", "f", "g", "h", "j", "k"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if TYPE_CHECKING:\n    a\nz\n", "z\n"),
        ("if sys.platform == 'win32':\n    a\nelse:\n    a\nz\n", "z\n"),
        ("if x:\n    a\n    a\nelif y:\n    a\nelse:\n    a\nz\n", "z\n"),
        ("if x:\n    if y:\n        a\nz\n", "z\n"),
        ("if x: a\nelse: a; a\nz\n", "z\n"),
        ("if x:\n    b\nelse:\n    a\n", "if x:\n    b\n"),
        ("if x:\n    b\nelif y:\n    a\nelse:\n    a\n", "if x:\n    b\n"),
        ("if x:\n    b\nelif y:\n    c\nelse:\n    a\n", "if x:\n    b\nelif y:\n    c\n"),
        ("if f():\n    a\nelse:\n    a\n", "if f():\n    pass\n"),
        ("if x:\n    a\nelif f():\n    a\nelse:\n    a\n", "if x:\n    pass\nelif f():\n    pass\n"),
        ("def g():\n    if x:\n        a\n", "def g():\n    pass\n"),
        ("if x:\n    # c\n    a\nelse:\n    # d\n    a\nz\n", "# c\n# d\nz\n"),
        ("# b\nif x:  # c\n    a\n    # d\n# e\nelse:\n    a  # f\nz\n", "# b\n# c\n# d\n# e\n# f\nz\n"),
    ],
)
def test_an_empty_condition_without_side_effects_is_removed(before: str, after: str) -> None:
    assert without_a(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if x:\n    a\nelse:\n    b\n", "if x:\n    pass\nelse:\n    b\n"),
        ("if x:\n    b\nelif f():\n    a\n", "if x:\n    b\nelif f():\n    pass\n"),
        ("if x:\n    b\nelse:\n    # c\n    a\n", "if x:\n    b\nelse:\n    # c\n    pass\n"),
        ("if x:\n    b\n# c\nelse:\n    a\n", "if x:\n    b\n# c\nelse:\n    pass\n"),
        ("if x:\n    a\n    b\n", "if x:\n    b\n"),
        ("while x:\n    a\nelse:\n    a\n", "while x:\n    pass\nelse:\n    pass\n"),
        ("try:\n    a\nexcept E:\n    a\nelse:\n    a\n", "try:\n    pass\nexcept E:\n    pass\nelse:\n    pass\n"),
        ("with x:\n    a\n", "with x:\n    pass\n"),
        ("class C:\n    a\n", "class C:\n    pass\n"),
        ("def f(): a\n", "def f(): pass\n"),
    ],
)
def test_an_empty_block_that_has_to_stay_gets_a_pass(before: str, after: str) -> None:
    assert without_a(before) == after


def without_a(source: str) -> str:
    index = index_of(source)
    return Rebuild(index, [Remove(name) for name in index.names["a"]]).module().code
