from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.syntax.bindings import build_index
from asyncshim_codemods.syntax.qualified_names import Names, text_of


def last(source: str) -> tuple[Names, cst.BaseExpression]:
    """The names of a file, and the expression of its last simple statement."""
    index = build_index(cst.parse_module(source))
    found = [node for node in index.parents if isinstance(node, cst.Expr)]
    found.sort(key=lambda node: source.rfind(cst.Module([]).code_for_node(node)))
    return Names(index), found[-1].value


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import pytest\npytest.mark.asyncio", "pytest.mark.asyncio"),
        ("import pytest as pt\npt.mark", "pytest.mark"),
        ("import a.b\na.b.c", "a.b.c"),
        ("import a.b as x\nx.c", "a.b.c"),
        ("from pytest import mark as m\nm.asyncio", "pytest.mark.asyncio"),
        ("from pytest_asyncio.plugin import fixture\nfixture", "pytest_asyncio.fixture"),
        ("import pytest_asyncio.plugin\npytest_asyncio.plugin.fixture", "pytest_asyncio.fixture"),
        ("from _pytest.mark.structures import MARK_GEN\nMARK_GEN.asyncio", "pytest.mark.asyncio"),
        ("import pytest\nm = pytest.mark\nm.asyncio", "pytest.mark.asyncio"),
        ("import pytest\nm: object = pytest.mark\nn = m\nn.asyncio", "pytest.mark.asyncio"),
        ("import pytest\ngetattr(pytest.mark, 'asyncio')", "pytest.mark.asyncio"),
        ("import pytest\nx = pytest.importorskip('uvloop')\nx.y", "uvloop.y"),
        ("import a\nimport a\na.b", "a.b"),
        ("if x:\n    import a\nelse:\n    import a\na", "a"),
        ("try:\n    import a\nexcept ImportError:\n    raise\na", "a"),
        ("import a\ndef f():\n    a.b", "a.b"),
        ("import a\nclass C:\n    a = 1\n    def f(self):\n        a.b", "a.b"),
        ("import a\nclass C:\n    x = 1\n    a.b", "a.b"),
        ("def f():\n    import a\n    a.b", "a.b"),
        ("import a\n[a.b for c in d]", None),
        ("from . import a\na.b", ".a.b"),
    ],
)
def test_a_name_is_certain_if_all_bindings_have_the_same_meaning(source: str, name: str | None) -> None:
    names, expression = last(source)
    assert names.of(expression) == name


@pytest.mark.parametrize(
    ("source", "possible"),
    [
        ("import a\nimport b as a\na.x", {"a.x", "b.x"}),
        ("try:\n    import a\nexcept ImportError:\n    a = None\na.x", {"a.x"}),
        ("import a\na = wrap(a)\na.x", {"a.x"}),
        ("import a\nfor a in b: pass\na.x", {"a.x"}),
        ("import a\ndel a\na.x", {"a.x"}),
        ("from b import *\na.x", {"a.x"}),
        ("import a\nclass C:\n    a = 1\n    a.x", {"a.x"}),
        ("a.x", set[str]()),
        ("a = 1\na.x", set[str]()),
        ("def f(a):\n    a.x", set[str]()),
        ("f().x", set[str]()),
        ("a = a\na.x", set[str]()),
        ("a = b\nb = a\na.x", set[str]()),
    ],
)
def test_a_name_that_may_mean_something_else_is_not_sure(source: str, possible: set[str]) -> None:
    names, expression = last(source)
    assert names.of(expression) is None
    assert names.meaning(expression).possible == possible
    assert names.may_be(expression, "a.x") is ("a.x" in possible)


def test_uses_are_found_under_every_name_and_bindings_are_no_uses() -> None:
    source = "import pytest as p\nfrom pytest import mark\nslow = mark.slow\n@p.mark.slow\n@slow\ndef f(slow): slow\n"
    names = Names(build_index(cst.parse_module(source)))
    found = sorted(cst.Module([]).code_for_node(node) for node in names.uses("pytest.mark.slow"))
    assert found == ["mark.slow", "p.mark.slow", "slow"]
    assert names.doubtful("pytest.mark.slow") == []


def test_uncertain_uses_are_found_separately() -> None:
    source = "try:\n    from pytest import mark\nexcept ImportError:\n    mark = None\n@mark.slow\ndef f(): ...\n"
    names = Names(build_index(cst.parse_module(source)))
    assert names.uses("pytest.mark.slow") == []
    assert len(names.doubtful("pytest.mark.slow")) == 1


def test_a_class_body_may_read_the_outer_name() -> None:
    index = build_index(cst.parse_module("import a\nclass C:\n    a = a\n    def f(self): a\n"))
    names = Names(index)
    assert len(names.uses_in("a", index.root)) == 2
    assert len(names.uses_in("a", index.scopes[index.classes[0]])) == 1
    assert names.of(None) is None


@pytest.mark.parametrize(
    ("source", "text"),
    [("'a'", "a"), ("'a' 'b'", "ab"), ("r'\\a'", "\\a"), ("b'a'", None), ("f'a'", None), ("a", None)],
)
def test_the_text_of_a_plain_string(source: str, text: str | None) -> None:
    assert text_of(cst.parse_expression(source)) == text
