from __future__ import annotations

import pytest

from rule_tools import assert_unchanged, rewrite


@pytest.mark.parametrize(
    "text",
    [
        "def test_it(event_loop):\n    t = asyncio.gather(1)\n    call = lambda: event_loop.run_until_complete(t)\n",
        "def test_it(event_loop):\n    t = event_loop.submit(1)\n    event_loop.run_until_complete(t)\n",
        "def test_it(event_loop, f):\n    asyncio_runner = 1\n    call = lambda: event_loop.run_until_complete(f())\n",
    ],
    ids=["a future's name", "not a coroutine's", "name taken"],
)
def test_an_awaitable_that_a_runner_cannot_run_needs_manual_review(text: str) -> None:
    assert_unchanged("import asyncio\n" + text, "ASH331", unsafe=True)


def test_the_conftest_of_eject_has_asyncio_runner() -> None:
    text = "def test_it(event_loop, fetch):\n    assert [event_loop.run_until_complete(fetch(n)) for n in (0, 1)]\n"
    assert b"asyncio_runner.run(" in rewrite(text, unsafe=True, runner="conftest").new
