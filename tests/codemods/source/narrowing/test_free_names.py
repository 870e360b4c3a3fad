from __future__ import annotations

import ast

import pytest

from asyncshim_codemods.source.narrowing.free_names import AmbiguousError, FreeNames


def reads(code: str, name: str = "x", *, has_walrus: bool = True) -> bool:
    return FreeNames(has_walrus).reads(ast.parse(code).body, name)


@pytest.mark.parametrize(
    "code",
    [
        "x",
        "x.y(1)",
        "y = x",
        "@x\ndef f(): ...",
        "@x.y(1)\nclass A: ...",
        "def f(a=x): ...",
        "def f(*, a=x): ...",
        "def f(a: x): ...",
        "def f(*a: x): ...",
        "def f() -> x: ...",
        "def f():\n    return x",
        "def f(x=x): ...",
        "def f(x):\n    return x\ndef g():\n    return x",
        "class A(x): ...",
        "class A(k=x): ...",
        "class A:\n    def f(self):\n        return x",
        "lambda: x",
        "lambda x=x: 1",
        "[x for y in z]",
        "f'{x}'",
        "async def f():\n    await x",
        "def f():\n    [x for y in z]\n    def g():\n        x()",
        "match a:\n    case x.B: ...",
    ],
)
@pytest.mark.parametrize("has_walrus", [True, False])
def test_a_name_from_outside_is_read(code: str, *, has_walrus: bool) -> None:
    assert reads(code, has_walrus=has_walrus)


@pytest.mark.parametrize(
    "code",
    [
        "y",
        "y.x",
        "f(x=1)",
        "'x'",
        "def f(x):\n    return x",
        "def f(*x):\n    return x",
        "def f(**x):\n    return x",
        "def f(x, /):\n    return x",
        "def f(*, x):\n    return x",
        "lambda x: x",
        "def f():\n    x = 1\n    return x",
        "def f():\n    for x in y: ...\n    return x",
        "def f():\n    import x.y\n    x.y.z()",
        "def f():\n    from a import b as x\n    x()",
        "def f():\n    with a as x:\n        x()",
        "def f():\n    try: ...\n    except E as x:\n        x()",
        "def f():\n    def x(): ...\n    x()",
        "def f():\n    class x: ...\n    x()",
        "def f():\n    match a:\n        case {'k': 1, **x}:\n            x",
        "def f():\n    x = 1\n    def g():\n        return x",
    ],
)
@pytest.mark.parametrize("has_walrus", [True, False])
def test_what_a_function_binds_itself_is_its_own(code: str, *, has_walrus: bool) -> None:
    assert not reads(code, has_walrus=has_walrus)


def test_a_walrus_binds_in_the_function_around_it() -> None:
    assert not reads("def f():\n    if (x := 1):\n        return x")
    assert not reads("def f():\n    [x := y for y in z]\n    return x")
    assert reads("def f():\n    return [x for y in z]")


@pytest.mark.parametrize(
    "code",
    [
        "x = 1",
        "x += 1",
        "del x",
        "global x",
        "def x(): ...",
        "class A:\n    x = 1\n    y = x",
        "[x for x in y]",
        "{x: 1 for x in y}",
        "def f():\n    return any(x for x in y)",
        "(x := 1)",
    ],
)
def test_where_it_is_bound_as_well_nothing_is_said(code: str) -> None:
    with pytest.raises(AmbiguousError):
        reads(code)


def test_the_target_of_a_comprehension_hides_no_use_beside_it() -> None:
    with pytest.raises(AmbiguousError):
        reads("def f():\n    [x for x in y]\n    x()")


def test_bound_names_are_those_of_the_scope_at_hand() -> None:
    code = "a.b, c[d] = [e, *f] = 1\nimport g.h, i as j\nasync def k(l): m = 1\nfor n in o: p: int = 1\nlambda q: q\n"
    assert FreeNames().bound(ast.parse(code).body) == {"e", "f", "g", "j", "k", "n", "p"}
