from __future__ import annotations

import pytest

from loop_suites import module_with
from rule_tools import assert_unchanged


@pytest.mark.parametrize(
    "call",
    [
        "asyncio.Future(loop=event_loop)",
        "asyncio.ensure_future(y, loop=event_loop)",
        "asyncio.wrap_future(y, loop=event_loop)",
        "asyncio.StreamReader(loop=event_loop)",
        "asyncio.run_coroutine_threadsafe(y, loop=event_loop)",
        "asyncio.sleep(1, event_loop)",
        "asyncio.sleep(1, loop=other)",
        "asyncio.sleep(1, loop=event_loop.real)",
        "asyncio.sleep(1, result=event_loop)",
        "client.sleep(1, loop=event_loop)",
        "Queue(loop=event_loop)",
        "aiohttp.ClientSession(loop=event_loop)",
        "asyncio.sleep(**{'loop': event_loop})",
    ],
)
def test_arguments_that_are_taken_or_unknown_stay(call: str) -> None:
    text = module_with(call).replace("async def test_it", "def helper")
    assert_unchanged(text)


def test_an_expected_error_stays() -> None:
    assert_unchanged(
        """
        import asyncio

        import pytest


        def check(event_loop):
            with pytest.raises(TypeError):
                asyncio.Queue(loop=event_loop)
        """
    )
