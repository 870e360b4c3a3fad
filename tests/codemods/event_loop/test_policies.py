from __future__ import annotations

import pytest

from loop_suites import policy
from rule_tools import assert_unchanged, rewrite

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
def test_an_unknown_policy_needs_manual_review(text: str) -> None:
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
def test_functions_that_are_not_policy_fixtures_are_ignored(text: str) -> None:
    assert_unchanged(text, unsafe=True, path=CONFTEST)


WINDOWS = "asyncio.WindowsSelectorEventLoopPolicy()"
DEFAULT = "asyncio.DefaultEventLoopPolicy()"
IF_WINDOWS = "if sys.platform == 'win32':\n        "
TOP = "import asyncio\nimport sys\n\nimport uvloop\n"


@pytest.mark.parametrize(
    "body",
    [
        f"return {DEFAULT}",
        f"import asyncio\n\n    return {DEFAULT}",
        "'Doc.'\n    import asyncio as aio\n\n    policy = aio.DefaultEventLoopPolicy()\n    return policy",
        f"{IF_WINDOWS}return asyncio.WindowsProactorEventLoopPolicy()\n    return {DEFAULT}",
        f"{IF_WINDOWS}policy = {DEFAULT}\n    else:\n        policy = {DEFAULT}\n    yield policy",
    ],
)
def test_a_policy_that_is_the_default_on_every_system_is_removed(body: str) -> None:
    result = rewrite(policy(body, top=TOP), unsafe=True, path=CONFTEST)
    assert b"polic" not in result.new
    assert not rewrite(policy(body, top=TOP), path=CONFTEST).changed


@pytest.mark.parametrize(
    "body",
    [
        f"return {WINDOWS}",
        f"{IF_WINDOWS}return {WINDOWS}\n    return {DEFAULT}",
        f"{IF_WINDOWS}return {WINDOWS}\n    else:\n        return {DEFAULT}",
        f"{IF_WINDOWS}policy = {WINDOWS}\n    else:\n        policy = {DEFAULT}\n    return policy",
        f"if os.name == 'nt':\n        return {WINDOWS}",
        f"{IF_WINDOWS}return {WINDOWS}\n    elif sys.platform:\n        return {DEFAULT}\n    return {DEFAULT}",
    ],
)
def test_a_selector_policy_on_windows_becomes_the_selector_factory(body: str) -> None:
    result = rewrite(policy(body, top=f"import os\n{TOP}"), unsafe=True, path=CONFTEST)
    assert b'    return {"selector": asyncio.SelectorEventLoop}\n' in result.new


@pytest.mark.parametrize(
    "body",
    [
        f"{IF_WINDOWS}return {DEFAULT}\n    return uvloop.EventLoopPolicy()",
        f"{IF_WINDOWS}policy = {WINDOWS}\n    else:\n        policy = uvloop.EventLoopPolicy()\n    return policy",
        f"{IF_WINDOWS}pass",
        f"if FAST:\n        return uvloop.EventLoopPolicy()\n    return {DEFAULT}",
        f"policy = {DEFAULT}\n    policy = policy\n    return policy",
        f"policy = {DEFAULT}\n    policy.x = 1\n    return policy",
        "return POLICY",
    ],
)
def test_a_policy_that_differs_in_another_way_needs_manual_review(body: str) -> None:
    assert_unchanged(policy(body, top=TOP), "ASH331", unsafe=True, path=CONFTEST)
