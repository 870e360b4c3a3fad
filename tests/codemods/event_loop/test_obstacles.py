from __future__ import annotations

from textwrap import dedent

import pytest

from asyncshim_codemods.results import Safety
from loop_suites import awaited, fixture, verdict
from rule_tools import EVERY_CODE, assert_rewritten, assert_unchanged, rewrite


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("prepare()\nevent_loop.run_until_complete(pool.open())", "`prepare()` is defined elsewhere"),
        ("event_loop.run_until_complete(pool.open(prepare()))", "`prepare()` is defined elsewhere"),
        ("pool()\nevent_loop.run_until_complete(pool.open())", "`pool()` is not known"),
        ("event_loop.run_until_complete(pool.open())\nunknown()", "`unknown` is not known"),
        ("event_loop.run_until_complete(pool.open())\npool.run()", "`run()` may run a separate loop"),
        ("event_loop.run_until_complete(pool.open())\npool.get_sync()", "`get_sync()` may run a separate loop"),
        ("event_loop.run_until_complete(pool.open())\nrequest.addfinalizer(pool.close)", "`addfinalizer()`"),
        ("event_loop.run_until_complete(pool.open())\nthreading.Thread().start()", "threads"),
        ("event_loop.run_until_complete(asyncio.sleep(0))", "waits for one step of the loop"),
        ("with pytest.raises(RuntimeError):\n    pool.now()\nevent_loop.run_until_complete(pool.open())", "no loop is"),
        (
            "asyncio.set_event_loop(event_loop)\nevent_loop.run_until_complete(pool.open())",
            "makes the loop the current",
        ),
    ],
)
def test_a_probable_rewrite_needs_unsafe(body: str, reason: str) -> None:
    text = fixture(body, top="import asyncio\nimport threading\nfrom app import prepare\n")
    code, safety, message = verdict(text)
    assert (code, safety) == ("ASH303", Safety.UNSAFE)
    assert message.startswith("can probably be `async def`, but ")
    assert reason in message
    assert_unchanged(text, "ASH303")
    assert b"\nasync def server(pool):\n" in rewrite(text, unsafe=True).new
    assert b"set_event_loop" not in rewrite(text, unsafe=True).new


@pytest.mark.parametrize(
    "body",
    [
        "pool.size = len(list(range(3)))\nevent_loop.run_until_complete(pool.open())",
        "time.sleep(0)\nevent_loop.run_until_complete(pool.open())",
        "mock = Mock()\nmock()\nevent_loop.run_until_complete(pool.open())",
        "event_loop.run_until_complete(asyncio.wait_for(fetch(1), 1))",
        "event_loop.run_until_complete(asyncio.gather(*(fetch(n) for n in range(3))))",
        "pool.close()\nevent_loop.run_until_complete(fetch(Pool(1)))",
        "harmless()\nevent_loop.run_until_complete(pool.open())",
        "async def check():\n    asyncio.get_running_loop()\nevent_loop.run_until_complete(check())",
        "event_loop.run_until_complete(asyncio.sleep(1, loop=event_loop))",
        "event_loop.run_until_complete(pool.run_sync(print))",
    ],
)
def test_code_that_certainly_runs_no_loop_is_rewritten(body: str) -> None:
    top = """\
    import asyncio
    import time
    from unittest.mock import Mock
    from app import Pool, fetch

    def harmless():
        return [sorted(each) for each in ()]
    """
    result = rewrite(fixture(body, top=dedent(top)))
    found = {(finding.code, finding.safety) for finding in result.findings}
    assert ("ASH303", Safety.SAFE) in found
    assert b"run_until_complete" not in result.new


def test_a_helper_of_the_same_file_that_runs_a_loop_keeps_the_test_synchronous() -> None:
    text = """
    import asyncio


    def close(pool):
        return shut(pool)


    def shut(pool):
        asyncio.run(pool.close())


    def test_pool(event_loop, pool):
        event_loop.run_until_complete(pool.open())
        close(pool)
    """
    assert_unchanged(text, "ASH304")


@pytest.mark.parametrize("name", ["benchmark", "live_server", "testdir", "anyio_backend"])
def test_fixtures_that_fail_in_a_running_loop_keep_a_test_synchronous(name: str) -> None:
    text = f"def test_pool(event_loop, {name}, pool):\n    event_loop.run_until_complete(pool.open())\n"
    assert verdict(text)[0] == "ASH304"


@pytest.mark.parametrize(
    ("decorator", "code", "safety"),
    [
        ("@pytest.mark.slow", "ASH303", Safety.SAFE),
        ("@pytest.mark.skipif(True, reason='x')", "ASH303", Safety.SAFE),
        ("@mock.patch('app.x', 1)", "ASH303", Safety.UNSAFE),
        ("@given(n=integers())", "ASH303", Safety.UNSAFE),
        ("@retry", "ASH304", Safety.UNSAFE),
        ("@pytest.mark.django_db", "ASH304", Safety.UNSAFE),
        ("@pytest.mark.trio", "ASH304", Safety.UNSAFE),
        ("@functools.cache", "ASH304", Safety.UNSAFE),
    ],
)
def test_decorators_that_need_a_synchronous_function_keep_it(decorator: str, code: str, safety: Safety) -> None:
    text = f"""
import functools
import pytest
from unittest import mock
from hypothesis import given
from app import retry


{decorator}
def test_pool(event_loop, pool):
    event_loop.run_until_complete(pool.open())
"""
    found = [finding for finding in rewrite(text).findings if finding.code.startswith("ASH3")]
    assert [(finding.code, finding.safety) for finding in found] == [(code, safety)]


@pytest.mark.parametrize(
    "text",
    [
        "def helper(event_loop, pool):\n    event_loop.run_until_complete(pool.open())\n",
        "def test_pool(event_loop=None):\n    event_loop.run_until_complete(1)\n",
        "def test_pool(*, pool, event_loop=1):\n    event_loop.run_until_complete(pool.open())\n",
        "import unittest\nclass T(unittest.TestCase):\n    def test_it(_, event_loop): event_loop.run_forever()\n",
        "def outer():\n    def test_it(event_loop):\n        event_loop.run_until_complete(1)\n",
        "import pytest\n@pytest.mark.parametrize('event_loop', [1])\ndef test_a(event_loop): event_loop.close()\n",
    ],
    ids=["helper", "default", "keyword default", "unittest", "nested", "parametrized"],
)
def test_functions_without_the_event_loop_fixture_are_ignored(text: str) -> None:
    assert_unchanged(text)


def test_a_test_that_other_code_calls_is_unchanged() -> None:
    called = """
    def test_pool(event_loop, pool):
        event_loop.run_until_complete(pool.open())


    def test_twice(pool):
        test_pool(None, pool)
    """
    assert_unchanged(called, "ASH331")
    base = """
    class TestPool:
        def test_open(self, event_loop, pool):
            event_loop.run_until_complete(pool.open())
    """
    extending = "class TestMore(TestPool):\n    def test_open(self, pool):\n        super().test_open(None, pool)\n"
    assert_unchanged(base, "ASH331", beside={"tests/test_more.py": extending}, unsafe=True)


def test_a_generator_function_does_not_become_async() -> None:
    assert_unchanged("def test_it(event_loop):\n    yield event_loop.run_until_complete(1)\n", "ASH304")


def test_a_rewrite_to_async_needs_auto_mode() -> None:
    text = fixture("event_loop.run_until_complete(pool.open())")
    strict = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"}
    assert verdict(text, beside=strict)[:2] == ("ASH303", Safety.SAFE)
    kept = verdict(text, beside=strict, select=EVERY_CODE - {"ASH401"})
    assert kept[:2] == ("ASH303", Safety.UNSAFE)
    assert "asyncio_mode = strict" in kept[2]


def test_anyio_runs_no_async_fixtures_for_sync_tests() -> None:
    assert verdict(fixture("event_loop.run_until_complete(pool.open())"), runner="anyio")[1] is Safety.UNSAFE


RUNS = "import asyncio\n\n\ndef test_it(event_loop):\n    event_loop.run_until_complete(asyncio.sleep(1))\n"


def test_a_test_that_another_file_imports_stays_synchronous() -> None:
    others = {"tests/test_other.py": "from tests.test_module import test_it\n"}
    result = rewrite(RUNS, beside=others, unsafe=True)
    assert b"\ndef test_it" in result.new
    assert any("another file imports it by name" in each.message for each in result.findings)


@pytest.mark.parametrize(
    "call",
    [
        "event_loop.run_until_complete(\n        asyncio.sleep(1)  # slow\n        ,\n    )",
        "(event_loop.run_until_complete  # slow\n    (asyncio.sleep(1)))",
    ],
)
def test_a_comment_that_has_no_place_at_await_keeps_the_test_synchronous(call: str) -> None:
    text = RUNS.replace("event_loop.run_until_complete(asyncio.sleep(1))", call)
    result = rewrite(text, unsafe=True)
    assert b"# slow" in result.new
    assert b"\nasync def" not in result.new
    assert any("a comment has no place" in each.message for each in result.findings)


def test_a_helper_that_calls_itself_is_read_once() -> None:
    helper = "\n\ndef prepare(n):\n    if n:\n        prepare(n - 1)\n"
    body = "prepare(3)\n{}pool.open(){}"
    assert_rewritten(
        fixture(body.format("event_loop.run_until_complete(", ")"), top=helper),
        awaited(body.format("await ", ""), top=helper),
    )


def test_a_static_method_becomes_async() -> None:
    text = "class TestIt:\n    @staticmethod\n    {}def test_it({}pool):\n        {}\n"
    assert_rewritten(
        text.format("", "event_loop, ", "event_loop.run_until_complete(pool.open())"),
        text.format("async ", "", "await pool.open()"),
    )
