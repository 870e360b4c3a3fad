from __future__ import annotations

import pytest

from loop_suites import PLAIN, override
from rule_tools import assert_unchanged, rewrite


@pytest.mark.parametrize(
    "body",
    [
        "loop = asyncio.new_event_loop()\nloop.set_debug(True)\nyield loop\nloop.close()",
        "loop = asyncio.new_event_loop()\nyield loop\nprint(loop)",
        "loop = asyncio.new_event_loop()\nyield loop\nyield loop",
        "loop = asyncio.new_event_loop()\nloop.close = print\nyield loop",
        "loop = asyncio.new_event_loop()\nyield\nloop.close()",
        "loop = asyncio.new_event_loop()\nyield loop.x",
        "nest_asyncio.apply()\nyield asyncio.new_event_loop()",
        "yield from make()",
        "pass",
        "while True:\n    yield asyncio.new_event_loop()",
        "loop = asyncio.new_event_loop()\ntry:\n    yield loop\nexcept ValueError:\n    raise SystemExit",
        "if DEBUG:\n    asyncio.set_event_loop(None)\nyield asyncio.new_event_loop()",
    ],
)
def test_an_override_with_more_statements_needs_manual_review(body: str) -> None:
    result = assert_unchanged(override(body, top="from app import *\n"), "ASH331", unsafe=True)
    assert result.findings[0].message.startswith("a custom `event_loop`: ")


@pytest.mark.parametrize(
    ("decorator", "signature", "reason"),
    [
        ('@pytest.fixture(scope="session", params=[1, 2])', "request", "it has several values"),
        ("@pytest.fixture(**OPTIONS)", "", "it has several values"),
        ('@pytest.fixture(scope="session")', "event_loop", "it requests other fixtures"),
        ('@other\n@pytest.fixture(scope="session")', "", "it has another decorator"),
    ],
)
def test_an_override_with_another_signature_or_decorator_needs_manual_review(
    decorator: str, signature: str, reason: str
) -> None:
    result = assert_unchanged(override(PLAIN, decorator, signature=signature), "ASH331", unsafe=True)
    assert result.findings[0].message.endswith(reason)


def test_an_override_that_uses_request_needs_manual_review() -> None:
    body = "loop = asyncio.new_event_loop()\nrequest.cls.loop = loop\nyield loop\nloop.close()"
    assert_unchanged(override(body, '@pytest.fixture(scope="class")', signature="request"), "ASH331", unsafe=True)


@pytest.mark.parametrize(
    "text",
    [
        override(PLAIN, ""),
        override(PLAIN, '@pytest.fixture(name="loop", scope="session")'),
        override(PLAIN).replace("def event_loop", "def my_loop"),
    ],
    ids=["bare function", "renamed", "another name"],
)
def test_functions_that_are_not_overrides_are_ignored(text: str) -> None:
    assert_unchanged(text, unsafe=True)


WINDOWS = "if sys.platform == 'win32':\n    "
MAKE = "yield asyncio.new_event_loop()"


@pytest.mark.parametrize(
    "body",
    [
        "loop = asyncio.get_event_loop()\nif loop.is_closed():\n    loop = asyncio.new_event_loop()\nyield loop",
        "p = asyncio.get_event_loop_policy()\nloop = p.new_event_loop()\np.set_event_loop(loop)\nyield loop",
        f"{WINDOWS}asyncio.set_event_loop_policy(asyncio.WindowsProactorEventLoopPolicy())\n{MAKE}",
        f"{WINDOWS}asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())\nyield asyncio.new_event_loop()",
    ],
)
def test_an_override_that_makes_a_default_loop_through_a_policy_is_removed(body: str) -> None:
    assert b"event_loop" not in rewrite(override(body, top="import sys\n")).new


@pytest.mark.parametrize(
    "body",
    [
        "if sys.platform != 'win32':\n    uvloop.install()\nloop = asyncio.new_event_loop()\nyield loop",
        "if sys.platform == 'linux':\n    loop = uvloop.new_event_loop()\nloop = asyncio.new_event_loop()\nyield loop",
        "loop = asyncio.new_event_loop()\nif loop.is_running():\n    loop = asyncio.new_event_loop()\nyield loop",
        "loop = asyncio.new_event_loop()\nif other.is_closed():\n    loop = asyncio.new_event_loop()\nyield loop",
        "loop = asyncio.new_event_loop()\nuvloop.EventLoopPolicy().set_event_loop(loop)\nyield loop",
        "loop = asyncio.new_event_loop()\nserver.set_event_loop(loop)\nyield loop",
    ],
)
def test_an_override_that_depends_on_the_system_needs_manual_review(body: str) -> None:
    assert_unchanged(override(body, top="import sys\n\nimport uvloop\n"), "ASH331", unsafe=True)


@pytest.mark.parametrize("closed", ["open('log')", "loop, loop", ""])
def test_an_override_that_closes_something_else_than_its_loop_needs_manual_review(closed: str) -> None:
    body = f"loop = asyncio.new_event_loop()\nwith contextlib.closing({closed}):\n    yield loop\nloop.close()"
    assert_unchanged(override(body, top="import contextlib\n"), "ASH331", unsafe=True)


def test_an_async_override_that_makes_a_separate_loop_needs_manual_review() -> None:
    text = override(PLAIN).replace("def event_loop", "async def event_loop")
    (found,) = assert_unchanged(text, "ASH331", unsafe=True).findings
    assert found.message == "a custom `event_loop`: it is async and makes a separate loop"
