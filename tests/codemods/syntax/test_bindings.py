from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.syntax.bindings import build_index
from asyncshim_codemods.syntax.index import BindingKind, Scope

KINDS = {
    "import a": {"a": BindingKind.IMPORT},
    "import a.b": {"a": BindingKind.IMPORT},
    "import a.b as c": {"c": BindingKind.IMPORT},
    "from a import b, c as d": {"b": BindingKind.IMPORT, "d": BindingKind.IMPORT},
    "from a import *": {},
    "a = b = 1": {"a": BindingKind.ASSIGN, "b": BindingKind.ASSIGN},
    "a: int = 1": {"a": BindingKind.ASSIGN},
    "a: int": {},
    "a, (b, *c) = x": dict.fromkeys("abc", BindingKind.OTHER),
    "a.b = c[d] = 1": {},
    "a += 1": {"a": BindingKind.OTHER},
    "for a in x: pass": {"a": BindingKind.OTHER},
    "with x as a, y as (b, c): pass": {"a": BindingKind.OTHER, "b": BindingKind.OTHER, "c": BindingKind.OTHER},
    "try: pass\nexcept E as a: pass": {"a": BindingKind.OTHER},
    "try: pass\nexcept* E as a: pass": {"a": BindingKind.OTHER},
    "def a(b): c = 1": {"a": BindingKind.FUNCTION},
    "class a(b, c=d): e = 1": {"a": BindingKind.CLASS},
    "(a := 1)": {"a": BindingKind.OTHER},
    "[b for b in x if (a := b)]": {"a": BindingKind.OTHER},
    "del a": {"a": BindingKind.OTHER},
    "match x:\n    case [a, *b]: pass\n    case {'k': c, **d}: pass\n    case E(f=g) as h: pass": dict.fromkeys(
        "abcdgh", BindingKind.OTHER
    ),
    "type a = b": {"a": BindingKind.OTHER},
    "lambda a: a": {},
}


@pytest.mark.parametrize("source", KINDS)
def test_a_statement_binds_its_names_in_the_module(source: str) -> None:
    scope = build_index(cst.parse_module(source)).root
    assert {name: bindings[0].kind for name, bindings in scope.bindings.items()} == KINDS[source]


def inner(source: str) -> Scope:
    index = build_index(cst.parse_module(source))
    return next(scope for scope in index.scopes.values() if scope is not index.root)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(a, /, b=1, *c, d, **e): g = 1", "abcdeg"),
        ("lambda a, b=1, *c, d, **e: 1", "abcde"),
        ("class A:\n    x = 1\n    def y(self): z = 1", "xy"),
        ("[a for a, b in x]", "ab"),
        ("{a: b for a in x for b in y}", "ab"),
    ],
)
def test_a_function_or_comprehension_binds_its_own_names(source: str, names: str) -> None:
    assert sorted(inner(source).bindings) == sorted(names)


@pytest.mark.parametrize(
    ("source", "meaning"),
    [
        ("import a", "a"),
        ("import a.b.c", "a"),
        ("import a.b.c as a", "a.b.c"),
        ("from b import a", "b.a"),
        ("from b.c import x as a", "b.c.x"),
        ("from . import a", ".a"),
        ("from ..b import a", "..b.a"),
    ],
)
def test_an_imported_name_has_the_meaning_of_its_import(source: str, meaning: str) -> None:
    assert build_index(cst.parse_module(source)).root.bindings["a"][0].meaning == meaning
