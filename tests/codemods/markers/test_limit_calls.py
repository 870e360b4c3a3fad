from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.markers.limit_calls import limit_calls


def calls(code: str) -> tuple[int, int] | None:
    """Return how many calls there are, and how many statements stand before them."""
    function = cst.parse_module(code).body[0]
    assert isinstance(function, cst.FunctionDef)
    uses = [cst.Name("async_timeout")] * (code.count("async_timeout") - 1)
    found = limit_calls(function, uses)
    return None if found is None else (len(found.statements), len(found.before))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("async_timeout.set_timeout_seconds(1)", (1, 0)),
        ('"""Doc."""\n    async_timeout.set_timeout_seconds(1)\n    await it()', (1, 0)),
        ("a = 1\n    async_timeout.set_timeout_seconds(1)", (1, 1)),
        ("async_timeout.set_timeout_seconds(1)\n    async_timeout.set_timeout_seconds(2)", (2, 0)),
        ("async_timeout.set_timeout_seconds(1)\n    a = 1\n    async_timeout.set_timeout_seconds(2)", None),
        ("await it()\n    async_timeout.set_timeout_seconds(1)", None),
        ("for a in b: ...\n    async_timeout.set_timeout_seconds(1)", None),
        ("async_timeout.set_timeout_seconds(*a)", None),
        ("async_timeout.set_timeout_seconds(seconds=1)", None),
        ("x = async_timeout.set_timeout_seconds(1)", None),
        ("async_timeout.use_default_timeout()", None),
        ("await it()", None),
    ],
)
def test_only_calls_at_the_start_set_the_limit_of_the_whole_test(body: str, expected: tuple[int, int] | None) -> None:
    assert calls(f"async def test_it(async_timeout):\n    {body}\n") == expected
