from __future__ import annotations

from textwrap import dedent, indent

import pytest

from asyncshim_codemods.results import Safety
from rule_tools import assert_rewritten, assert_unchanged, messages, rewrite

AFTER = "async def test_it(): ...\n"
TOP = "import asyncio\nimport contextlib\nimport gc\n\nimport pytest\n"


def override(clean_up: str, decorator: str = '@pytest.fixture(scope="session")') -> str:
    """A module with an override that does this after its ``yield``."""
    body = f"loop = asyncio.new_event_loop()\nyield loop\n{dedent(clean_up).strip()}"
    return f"{TOP}\n\n{decorator}\ndef event_loop():\n{indent(body, '    ')}\n\n\n{AFTER}"


def without(text: str) -> str:
    """What is left of the module: imports that the override did not use stay."""
    unused = [name for name in ("contextlib", "gc") if f"{name}." not in text]
    return "".join(f"import {name}\n" for name in unused) + ("\n\n" if unused else "") + AFTER


@pytest.mark.parametrize(
    "clean_up",
    [
        "for task in asyncio.all_tasks(loop):\n    task.cancel()\nloop.close()",
        """
        pending = asyncio.all_tasks(loop)
        for task in pending:
            task.cancel()
        if pending:
            loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        loop.close()
        """,
        "tasks = [t for t in asyncio.all_tasks(loop) if not t.done()]\n[t.cancel() for t in tasks]\nloop.close()",
        "loop.run_until_complete(loop.shutdown_asyncgens())\nloop.close()",
        "loop.run_until_complete(loop.shutdown_default_executor())\nloop.close()",
        """
        try:
            loop.run_until_complete(asyncio.wait(asyncio.all_tasks(loop), timeout=1))
        except (Exception, RuntimeError):
            pass
        finally:
            loop.close()
        """,
        """
        for task in asyncio.all_tasks(loop):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                loop.run_until_complete(task)
        loop.close()
        """,
        "loop.run_until_complete(asyncio.sleep(0.1))\nloop.close()",
        "loop.close()\ngc.collect()",
        "loop.call_soon(loop.stop)\nloop.run_forever()\nloop.close()",
        "asyncio.runners._cancel_all_tasks(loop)\nloop.close()",
    ],
)
def test_clean_up_that_a_runner_does_goes_with_the_override(clean_up: str) -> None:
    text = override(clean_up)
    result = assert_unchanged(text, "ASH306")
    assert result.findings[0].safety is Safety.UNSAFE
    assert rewrite(text, unsafe=True).new.decode() == without(text)


def test_the_message_names_both_reasons() -> None:
    text = override("gc.collect()\nloop.close()", "@pytest.fixture")
    assert messages(rewrite(text)) == [
        "9:5 ASH306 a Runner cleans up like this by itself; but each test had a loop of its own, and now they share one"
    ]


def test_a_finally_block_counts_as_clean_up() -> None:
    text = f"""{TOP}

@pytest.fixture(scope="module")
def event_loop():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.close()


print(contextlib, gc)
"""
    assert_rewritten(text, "import contextlib\nimport gc\n\n\nprint(contextlib, gc)\n", unsafe=True)


@pytest.mark.parametrize(
    "clean_up",
    [
        "loop.run_until_complete(pool.close())\nloop.close()",
        "for task in asyncio.all_tasks(loop):\n    print(task)\nloop.close()",
        "for task in asyncio.all_tasks(loop):\n    task.cancel(reason)\nloop.close()",
        "assert not asyncio.all_tasks(loop)\nloop.close()",
        "if asyncio.all_tasks(loop):\n    raise RuntimeError\nloop.close()",
        "if asyncio.all_tasks(loop):\n    pytest.fail('leaks')\nloop.close()",
        "async def drain():\n    await asyncio.sleep(0)\nloop.run_until_complete(drain())\nloop.close()",
        "while asyncio.all_tasks(loop):\n    loop.run_until_complete(asyncio.sleep(0))\nloop.close()",
        "loop.run_until_complete(asyncio.start_server(print))\nloop.close()",
        "state.loop = None\nloop.close()",
        "loop.close()\nos.remove('x')",
        "loop.run_until_complete(asyncio.gather(*tasks))\nloop.close()",
        "del pool.loop\nloop.close()",
        "seen.add(loop)\nloop.close()",
        "loop.set_debug(False)\nloop.close()",
        "return loop",
    ],
)
def test_clean_up_that_says_or_does_more_is_left_to_a_person(clean_up: str) -> None:
    text = override(clean_up).replace(
        "import gc\n", "import gc\nimport os\nfrom app import pool, reason, seen, state, tasks\n"
    )
    assert_unchanged(text, "ASH331", unsafe=True)


@pytest.mark.parametrize(
    "text",
    [
        override("gc.collect()\nloop.close()", "@other"),
        override("gc.collect()\nloop.close()", '@pytest.fixture(name="loop")'),
        override("gc.collect()\nloop.close()").replace("def event_loop", "def my_loop"),
    ],
)
def test_what_is_no_override_is_not_looked_at(text: str) -> None:
    assert_unchanged(text, unsafe=True)


def test_an_override_that_is_imported_elsewhere_stays() -> None:
    text = override("gc.collect()\nloop.close()")
    beside = {"tests/test_a.py": "from tests.conftest import event_loop\n"}
    result = rewrite(text, path="tests/conftest.py", beside=beside, unsafe=True)
    assert messages(result) == [
        "9:5 ASH306 its clean-up is a Runner's, but another file imports it by name: remove it there first"
    ]
    assert not result.changed
