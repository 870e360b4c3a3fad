from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.syntax.bindings import build_index
from asyncshim_codemods.syntax.index import Binding, BindingKind, Index, Scope, ScopeKind

SOURCE = """
import pytest

@deco(outer_a)
class A(Base, metaclass=Meta):
    x = in_class

    @deco(in_decorator)
    def f(self, p: in_annotation = in_default) -> in_return:
        "doc"
        local = in_body
        return [in_comprehension for q in r if (lambda s: in_lambda)(q)]

if test:
    y = in_if; z = second
"""


def index_of(source: str) -> Index:
    return build_index(cst.parse_module(source))


def test_every_node_has_parents_up_to_the_module() -> None:
    index = index_of(SOURCE)
    for nodes in index.names.values():
        for node in nodes:
            assert list(index.ancestors(node))[-1] is index.module


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("outer_a", ScopeKind.MODULE),
        ("Base", ScopeKind.MODULE),
        ("Meta", ScopeKind.MODULE),
        ("in_class", ScopeKind.CLASS),
        ("in_decorator", ScopeKind.CLASS),
        ("in_annotation", ScopeKind.CLASS),
        ("in_default", ScopeKind.CLASS),
        ("in_return", ScopeKind.CLASS),
        ("in_body", ScopeKind.FUNCTION),
        ("in_comprehension", ScopeKind.COMPREHENSION),
        ("in_lambda", ScopeKind.FUNCTION),
        ("in_if", ScopeKind.MODULE),
    ],
)
def test_names_are_looked_up_in_pythons_scopes(name: str, kind: ScopeKind) -> None:
    index = index_of(SOURCE)
    assert index.scope_of(index.names[name][0]).kind is kind


@pytest.mark.parametrize(
    ("name", "first_line"),
    [("in_decorator", "@deco(in_decorator)"), ("in_body", "local = in_body"), ("second", "y = in_if; z = second")],
)
def test_the_statement_of_a_node_is_its_whole_line_with_decorators(name: str, first_line: str) -> None:
    index = index_of(SOURCE)
    statement = index.statement(index.names[name][0])
    assert cst.Module([]).code_for_node(statement).strip().splitlines()[0] == first_line


def test_an_elif_is_part_of_its_if_and_a_suite_of_its_header() -> None:
    index = index_of("if a: b\nelif c:\n    d\n")
    assert index.statement(index.names["b"][0]) is index.module.body[0]
    assert index.statement(index.names["c"][0]) is index.module.body[0]


def test_the_enclosing_function_holds_the_node_in_its_body() -> None:
    index = index_of(SOURCE)
    function = index.functions[0]
    assert index.enclosing_function(index.names["in_body"][0]) is function
    for name in ("in_decorator", "in_default", "in_return", "in_class", "in_if"):
        assert index.enclosing_function(index.names[name][0]) is None
    assert index.holds(function, index.names["in_default"][0])
    assert not index.holds(function.body, index.names["in_default"][0])


def test_global_and_nonlocal_names_are_bound_in_the_outer_scope() -> None:
    index = index_of(
        "def f():\n    global a\n    a = 1\n    b = 2\n    def g():\n        nonlocal b\n        import b\n"
    )
    assert set(index.root.bindings) == {"f", "a"}
    outer, inner = (index.scopes[function] for function in sorted(index.functions, key=lambda each: each.name.value))
    assert len(outer.bindings["b"]) == 2
    assert "b" not in inner.bindings


def test_definitions_and_uses_are_collected() -> None:
    index = index_of(SOURCE)
    assert [each.name.value for each in index.functions] == ["f"]
    assert [each.name.value for each in index.classes] == ["A"]
    assert {call.func.value for call in index.calls if isinstance(call.func, cst.Name)} == {"deco"}
    assert [string.value for string in index.strings] == ['"doc"']
    assert index.nearest(index.names["in_body"][0], cst.ClassDef) is index.classes[0]
    assert index.parent(index.module) is None


def test_white_space_is_not_walked() -> None:
    index = index_of("x = [ 1 , # c\n 2 ]\n")
    assert not any(isinstance(node, cst.BaseParenthesizableWhitespace | cst.Comma) for node in index.parents)


def test_a_scope_keeps_every_binding_of_a_name() -> None:
    module = cst.parse_module("")
    scope = Scope(module, ScopeKind.MODULE, None)
    first, second = Binding(BindingKind.IMPORT, module, "a.b"), Binding(BindingKind.OTHER, module)
    scope.bind("x", first)
    scope.bind("x", second)
    scope.bind("y", second)
    assert scope.bindings == {"x": [first, second], "y": [second]}
