from __future__ import annotations

import pytest

from asyncshim_codemods.project.definitions import (
    asks_for_loop,
    awaiting,
    called,
    functions_with,
    mentioning,
    passing,
    with_callers,
)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (b"def a():\n    create_task(x)\n", {"a"}),
        (b"async def a():\n    def b():\n        pass\n    create_task(x)\n", {"a", "b"}),
        (b"class A:\n    def a(self):\n# why\n        create_task(x)\n", {"a"}),
        (b"def a(): ...\n\n\ndef b():\n    if x:\n\n        create_task(x)\n", {"b"}),
        (b"def a(): ...\n\ndef b():\n    x = [\n        create_task(x)\n    ]\n", {"b"}),
        (b"create_task(x)\n", set()),
        (b"def a():\n    pass\n", set()),
    ],
)
def test_functions_around_a_call_are_found_without_parsing(code: bytes, expected: set[str]) -> None:
    assert set(functions_with((b"create_task(", b"call_soon("), code)) == expected


def test_definitions_that_mention_or_pass_the_loop_are_found() -> None:
    code = b"def a(fn):\n    event_loop = 1\n\n\ndef b(fn):\n    return fn(1, event_loop)\n"
    assert set(mentioning(code)) == {"a", "b"}
    assert set(passing(code)) == {"b"}
    assert set(called(code)) == {"fn"}


def test_definitions_of_tests_are_no_calls_of_them() -> None:
    assert set(called(b"async def test_a(x): ...\ntest_b(1)\ntest_c()\n")) == {"test_b"}
    assert list(mentioning(b"def test_a(event_loop): ...")) == []


def test_what_a_coroutine_awaits_is_found_without_parsing() -> None:
    code = b"async def a():\n    await b.c(d())\n    async with e() as f: ...\n\nasync def test_g(): await h()\n"
    assert set(awaiting(code)) == {
        ("a", "c"), ("a", "d"), ("a", "e"), ("a", "__aenter__"), ("a", "__aexit__"), ("a", "__anext__")
    }  # fmt: skip
    assert list(awaiting(b"def a(): ...")) == []


def test_the_callers_of_functions_are_found_through_others() -> None:
    awaits = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "e")]
    assert with_callers(frozenset({"c"}), awaits) == {"a", "b", "c"}


def test_code_that_asks_for_the_loop_of_a_test_is_found() -> None:
    assert asks_for_loop(b'"event_loop" in item.fixturenames')
    assert asks_for_loop(b"frame.f_locals['event_loop']")
    assert not asks_for_loop(b"options['event_loop']")
