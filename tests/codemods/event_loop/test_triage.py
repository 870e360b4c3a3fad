from __future__ import annotations

from textwrap import dedent

import pytest

from rule_tools import assert_unchanged, rewrite


@pytest.mark.parametrize(
    "body",
    [
        "call(event_loop.create_task(fetch()))",
        "call(asyncio.gather(fetch(), fetch()))",
        "call(asyncio.ensure_future(fetch()))",
        "event_loop.run_forever()",
        "event_loop.close()",
        "fetch.loop = event_loop",
        "fetch.loops = [event_loop]",
    ],
)
def test_more_than_coroutines_is_left_to_a_person(body: str) -> None:
    text = f"""
import asyncio


def test_it(event_loop, fetch):
    call = lambda task: event_loop.run_until_complete(task)
    {body.replace("call(", "event_loop.run_until_complete(")}
"""
    assert_unchanged(text, "ASH331", unsafe=True)


@pytest.mark.parametrize(
    "text",
    [
        "def test_it(event_loop):\n    t = asyncio.gather(1)\n    call = lambda: event_loop.run_until_complete(t)\n",
        "def test_it(event_loop):\n    t = event_loop.submit(1)\n    event_loop.run_until_complete(t)\n",
        "def test_it(event_loop, f):\n    asyncio_runner = 1\n    call = lambda: event_loop.run_until_complete(f())\n",
        "asyncio_runner = 1\ndef test_it(event_loop, f):\n    call = lambda: event_loop.run_until_complete(f())\n",
        "def test_it(event_loop, f):\n    call = lambda: event_loop.run_until_complete(f())\n\n\ntest_it(1, 2)\n",
    ],
    ids=["a future's name", "not a coroutine's", "name taken", "name taken above", "called by name"],
)
def test_what_cannot_be_run_by_a_runner_is_left_to_a_person(text: str) -> None:
    assert_unchanged("import asyncio\n" + text, "ASH331", unsafe=True)


@pytest.mark.parametrize("runner", ["alt-pytest-asyncio", "pytest-asyncio", "anyio"])
def test_runners_without_the_fixture_leave_it_to_a_person(runner: str) -> None:
    text = dedent("""
    def test_many(event_loop, fetch):
        assert [event_loop.run_until_complete(fetch(n)) for n in range(2)] == [0, 1]
    """)
    assert_unchanged(text, "ASH331", unsafe=True, runner=runner)
    assert b"asyncio_runner.run(" in rewrite(text, unsafe=True, runner="conftest").new
