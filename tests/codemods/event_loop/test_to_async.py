from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from loop_suites import fixture, verdict
from rule_tools import EVERY_CODE, assert_unchanged, rewrite


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
def test_decorators_that_need_a_plain_function_keep_it(decorator: str, code: str, safety: Safety) -> None:
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
def test_what_pytest_gives_no_loop_is_not_looked_at(text: str) -> None:
    assert_unchanged(text)


def test_a_test_that_is_called_by_name_stays() -> None:
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
    assert_unchanged(base, "ASH304", beside={"tests/test_more.py": extending})


def test_a_generator_is_no_test() -> None:
    assert_unchanged("def test_it(event_loop):\n    yield event_loop.run_until_complete(1)\n", "ASH304")


def test_it_needs_auto_mode() -> None:
    text = fixture("event_loop.run_until_complete(pool.open())")
    strict = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"}
    assert verdict(text, beside=strict)[:2] == ("ASH303", Safety.SAFE)
    kept = verdict(text, beside=strict, select=EVERY_CODE - {"ASH401"})
    assert kept[:2] == ("ASH303", Safety.UNSAFE)
    assert "asyncio_mode = strict" in kept[2]


def test_anyio_runs_no_async_fixtures_for_sync_tests() -> None:
    assert verdict(fixture("event_loop.run_until_complete(pool.open())"), runner="anyio")[1] is Safety.UNSAFE
