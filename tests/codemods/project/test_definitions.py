from __future__ import annotations

import pytest

from asyncshim_codemods.project.definitions import called, functions_with, mentioning, passing


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
