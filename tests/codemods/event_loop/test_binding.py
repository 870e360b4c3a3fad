"""Tests of `asyncshim_codemods.event_loop.binding` through ASH302."""

from __future__ import annotations

import pytest

from asyncshim_codemods.event_loop.binding import WIDTH
from rule_tools import rewrite


@pytest.mark.parametrize(("length", "is_inline"), [(0, True), (1, False)])
def test_the_running_loop_replaces_a_single_use_as_long_as_its_line_fits(length: int, is_inline: bool) -> None:
    line = "    x = f(asyncio.get_running_loop(), y)"
    name = "y" * (WIDTH - len(line) + 1 + length)
    result = rewrite(f"import asyncio\n\n\nasync def test_a(event_loop):\n    x = f(event_loop, {name})\n")
    lines = result.new.decode().splitlines()
    assert (f"    x = f(asyncio.get_running_loop(), {name})" in lines) is is_inline
    assert max(map(len, lines)) <= WIDTH
