"""Tests of `asyncshim_codemods.event_loop.replacements` through ASH302."""

from __future__ import annotations

import pytest

from asyncshim_codemods.event_loop.replacements import WIDTH
from rule_tools import assert_rewritten, rewrite

LINE = "event_loop = asyncio.get_running_loop()"


@pytest.mark.parametrize(("length", "is_inline"), [(0, True), (1, False)])
def test_the_running_loop_replaces_a_single_use_as_long_as_its_line_fits(length: int, is_inline: bool) -> None:
    line = "    x = f(asyncio.get_running_loop(), y)"
    name = "y" * (WIDTH - len(line) + 1 + length)
    result = rewrite(f"import asyncio\n\n\nasync def test_a(event_loop):\n    x = f(event_loop, {name})\n")
    lines = result.new.decode().splitlines()
    assert (f"    x = f(asyncio.get_running_loop(), {name})" in lines) is is_inline
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = event_loop.create_future()", "x = asyncio.get_running_loop().create_future()"),
        ("return event_loop", "return asyncio.get_running_loop()"),
        ("client = Client(loop=event_loop)", "client = Client(loop=asyncio.get_running_loop())"),
        ("if x:\n    client = Client(event_loop)", "if x:\n    client = Client(asyncio.get_running_loop())"),
        (
            "x = Client(\n    1,\n    loop=event_loop,\n)",
            "x = Client(\n    1,\n    loop=asyncio.get_running_loop(),\n)",
        ),
    ],
)
def test_a_single_use_that_stays_short_gets_the_running_loop_directly(before: str, after: str) -> None:
    one, other = (text.replace("\n", "\n    ") for text in (before, after))
    assert_rewritten(
        f"import asyncio\n\n\nasync def test_a(event_loop):\n    {one}\n",
        f"import asyncio\n\n\nasync def test_a():\n    {other}\n",
    )


@pytest.mark.parametrize(
    "body",
    [
        "task = event_loop.create_task(x())",
        "event_loop.time() + event_loop.time()",
        "for x in y:\n    event_loop.time()",
        "while x:\n    Client(loop=event_loop)",
        "[event_loop.time() for _ in x]",
        "x(lambda: event_loop.time())",
        "assert event_loop is x",
        "x = event_loop.time",
        f"x = Client(loop=event_loop, name='{'long' * 10}')",
    ],
)
def test_other_uses_get_a_first_line(body: str) -> None:
    body = body.replace("\n", "\n    ")
    assert_rewritten(
        f"import asyncio\n\n\nasync def test_a(event_loop):\n    {body}\n",
        f"import asyncio\n\n\nasync def test_a():\n    {LINE}\n    {body}\n",
    )
