from __future__ import annotations

import pytest

from asyncshim_codemods.project.enclosing_functions import functions_with


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def a():\n    call()\n", {"a"}),
        ("async def a():\n    def b(): ...\n    call()\n", {"a", "b"}),
        ("def a(): ...\n\ndef b():\n    x = [\n        call()\n    ]\n", {"b"}),
        ("class A:\n    def a(self): ...\n\n    def b(self):\n        call()", {"b"}),
        ("call()\n", set[str]()),
        ("def a(): ...\n", set[str]()),
    ],
)
def test_the_functions_around_a_call_are_found(code: str, names: set[str]) -> None:
    assert set(functions_with((b"call(",), code.encode())) == names
