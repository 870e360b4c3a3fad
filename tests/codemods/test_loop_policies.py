from __future__ import annotations

import pytest

from loop_suites import policy
from rule_tools import assert_unchanged

CONFTEST = "tests/conftest.py"


@pytest.mark.parametrize(
    "text",
    [
        policy("return MyPolicy()", top="from app import MyPolicy\n"),
        policy("return MyPolicy()", top="from app import MyPolicy\nimport asyncio\n"),
        policy("print()\n    return uvloop.EventLoopPolicy()"),
        policy("return uvloop.EventLoopPolicy(1)"),
        policy("return request.param", decorator="@pytest.fixture(params=[uvloop.EventLoopPolicy()])"),
        policy("return uvloop.EventLoopPolicy() if WIN else None"),
        policy("return uvloop.EventLoopPolicy()", decorator="@other\n@pytest.fixture"),
        policy("return uvloop.EventLoopPolicy()").replace("policy()", "policy(tmp_path)", 1),
    ],
)
def test_a_policy_of_another_kind_is_left_to_a_person(text: str) -> None:
    assert_unchanged(text, "ASH331", unsafe=True, path=CONFTEST)


@pytest.mark.parametrize(
    "text",
    [
        policy("return uvloop.EventLoopPolicy()", decorator="@other"),
        policy("return uvloop.EventLoopPolicy()", decorator='@pytest.fixture(name="policy")'),
        "import uvloop\n\n\ndef event_loop_policy():\n    return uvloop.EventLoopPolicy()\n",
        "import asyncio, uvloop\n\nasyncio.set_event_loop_policy(uvloop.EventLoopPolicy())\nevent_loop_policy = 1\n",
    ],
)
def test_what_is_no_such_fixture_is_not_looked_at(text: str) -> None:
    assert_unchanged(text, unsafe=True, path=CONFTEST)
