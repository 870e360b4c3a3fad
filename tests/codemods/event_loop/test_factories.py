from __future__ import annotations

import pytest

from loop_suites import AFTER, PLAIN, override
from rule_tools import assert_rewritten


@pytest.mark.parametrize(
    "body",
    [
        PLAIN,
        '"""One loop for all."""\nloop = asyncio.new_event_loop()\nyield loop\nloop.close()',
        "loop = asyncio.get_event_loop()\nyield loop\nloop.close()",
        "loop = asyncio.get_event_loop_policy().new_event_loop()\nyield loop\nloop.close()",
        "policy = asyncio.get_event_loop_policy()\nloop = policy.new_event_loop()\nyield loop\nloop.close()",
        "return asyncio.new_event_loop()",
        "return asyncio.get_event_loop()",
        "yield asyncio.new_event_loop()",
        "loop: asyncio.AbstractEventLoop = asyncio.new_event_loop()\nreturn loop",
        "loop = asyncio.new_event_loop()\nasyncio.set_event_loop(loop)\nyield loop\nloop.close()",
        "asyncio.set_event_loop(asyncio.new_event_loop())\nloop = asyncio.get_event_loop()\nyield loop",
        "loop = asyncio.new_event_loop()\nyield loop\nloop.close()\nasyncio.set_event_loop(None)",
        "loop = asyncio.new_event_loop()\ntry:\n    yield loop\nfinally:\n    loop.close()",
        "try:\n    x = asyncio.get_running_loop()\nexcept RuntimeError:\n    x = asyncio.new_event_loop()\nyield x",
        "loop = asyncio.new_event_loop()\nyield loop\nif not loop.is_closed():\n    loop.close()",
        "loop = asyncio.new_event_loop()\nyield loop\nif loop.is_running():\n    loop.stop()\nloop.close()",
        "with contextlib.closing(asyncio.new_event_loop()) as loop:\n    yield loop",
        "loop = asyncio.new_event_loop()\nwith contextlib.closing(loop):\n    yield loop",
        "asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())\nreturn asyncio.new_event_loop()",
        "asyncio.set_event_loop_policy(None)\nloop = asyncio.new_event_loop()\nyield loop\nloop.close()",
        "loop = asyncio.new_event_loop()\nresult = loop\nyield result\nresult.close()",
        "loop = asyncio.DefaultEventLoopPolicy().new_event_loop()\nyield loop\nloop.close()",
    ],
)
def test_a_plain_override_is_removed_with_its_imports(body: str) -> None:
    top = "import contextlib\n" if "contextlib" in body else ""
    assert_rewritten(override(body, top=top), AFTER)
