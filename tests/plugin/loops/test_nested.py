"""A loop that is running while it calls pytest."""

from __future__ import annotations

import asyncio

from asyncshim.plugin.loops import nested


def test_only_a_running_loop_that_was_patched_may_nest() -> None:
    async def ask() -> list[bool]:
        loop = asyncio.get_running_loop()
        plain = nested.may_nest(loop)
        loop._nest_patched = True  # type: ignore[attr-defined]
        return [plain, nested.may_nest(loop)]

    assert asyncio.run(ask()) == [False, True]
