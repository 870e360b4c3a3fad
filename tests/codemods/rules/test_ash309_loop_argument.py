from __future__ import annotations

import pytest

from loop_suites import module_with
from rule_tools import EVERY_CODE, assert_rewritten, assert_unchanged, messages, rewrite


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("await asyncio.sleep(loop=event_loop, delay=1)", "await asyncio.sleep(delay=1)"),
        (
            "await asyncio.wait_for(asyncio.sleep(1, loop=event_loop), 1, loop=event_loop)",
            "await asyncio.wait_for(asyncio.sleep(1), 1)",
        ),
        (
            "await asyncio.gather(*y, loop=event_loop, return_exceptions=True)",
            "await asyncio.gather(*y, return_exceptions=True)",
        ),
        ("asyncio.Lock(\n        loop=event_loop,\n    )", "asyncio.Lock()"),
        (
            "asyncio.Semaphore(\n        2,  # two\n        loop=event_loop,\n    )",
            "asyncio.Semaphore(\n        2,  # two\n    )",
        ),
        ("await asyncio.open_connection('h', 1, loop=event_loop)", "await asyncio.open_connection('h', 1)"),
        ("asyncio.locks.Event(loop=event_loop)", "asyncio.locks.Event()"),
    ],
)
def test_the_loop_argument_of_asyncio_calls_is_removed(before: str, after: str) -> None:
    done = module_with(after).replace("(event_loop):", "():\n    event_loop = asyncio.get_running_loop()")
    assert_rewritten(module_with(before), done)


def test_a_parameter_used_only_as_loop_argument_is_removed_too() -> None:
    text = "import asyncio\n\n\nasync def test_it({}):\n    await asyncio.sleep(0{})\n"
    assert_rewritten(text.format("event_loop", ", loop=event_loop"), text.format("", ""))
    kept = text.format("", ", loop=asyncio.get_running_loop()")
    assert_rewritten(text.format("event_loop", ", loop=event_loop"), kept, select=EVERY_CODE - {"ASH309"})


def test_the_message_names_the_asyncio_function() -> None:
    text = "import asyncio\n\n\ndef helper(event_loop):\n    return asyncio.Queue(loop=event_loop)\n"
    assert messages(rewrite(text)) == ["5:31 ASH309 `asyncio.Queue` no longer accepts a loop"]


@pytest.mark.parametrize(
    "call",
    [
        "asyncio.Task(go(), loop=event_loop)",
        "asyncio.ensure_future(go(), loop=event_loop)",
        "asyncio.run_coroutine_threadsafe(go(), loop=event_loop)",
        "asyncio.wrap_future(x, loop=event_loop)",
        "asyncio.Queue(1, event_loop)",
        "asyncio.Queue(**{'loop': event_loop})",
        "asyncio.my_sleep(1, loop=event_loop)",
        "aiohttp.ClientSession(loop=event_loop)",
        "sleep(1, loop=event_loop)",
        "self.asyncio.sleep(1, loop=event_loop)",
        "partial(asyncio.sleep, loop=event_loop)",
    ],
)
def test_the_loop_argument_of_other_calls_is_kept(call: str) -> None:
    assert_unchanged(f"import asyncio\nimport aiohttp, queue\n\n\ndef helper(event_loop):\n    return {call}\n")


@pytest.mark.parametrize("module", ["from tools import asyncio", "import trio as asyncio", "asyncio = None"])
def test_the_loop_argument_of_another_module_named_asyncio_is_kept(module: str) -> None:
    assert_unchanged(f"{module}\n\n\ndef helper(event_loop):\n    return asyncio.Queue(loop=event_loop)\n")
