from __future__ import annotations

from textwrap import dedent

import pytest

from rule_tools import assert_rewritten, assert_unchanged, rewrite

BODY = """\
import asyncio

import pytest


@pytest.fixture({})
def {}():
    return asyncio.new_event_loop()


x = 1
"""


@pytest.mark.parametrize(
    ("options", "function"),
    [
        ("scope='session'", "event_loop"),
        ("scope='session', name='event_loop'", "_loop"),
        ("name='event' '_loop', scope='session'", "make"),
    ],
)
def test_a_fixture_is_known_by_the_name_that_tests_request(options: str, function: str) -> None:
    assert_rewritten(BODY.format(options, function), "x = 1\n")


@pytest.mark.parametrize(
    ("options", "function"), [("name='loop', scope='session'", "event_loop"), ("scope='session'", "loop")]
)
def test_the_functions_name_does_not_count_beside_another(options: str, function: str) -> None:
    assert_unchanged(BODY.format(options, function))


def test_a_name_that_the_file_gives_to_a_string_is_read() -> None:
    named = BODY.replace("x = 1", "NAME = '{}'")
    assert_rewritten(named.format("scope='session', name=NAME", "make", "event_loop"), "NAME = 'event_loop'\n")
    assert_unchanged(named.format("scope='session', name=NAME", "event_loop", "loop"))


@pytest.mark.parametrize("rest", ["", "from names import NAME\n", "NAME = 'event_loop'\nNAME = 'loop'\n"])
def test_a_name_that_cannot_be_read_is_reported(rest: str) -> None:
    text = rest + BODY.format("scope='session', name=NAME", "event_loop")
    (found,) = assert_unchanged(text, "ASH331", unsafe=True).findings
    assert found.message.endswith("left as it is: its `name=` cannot be read here")


def test_a_fixture_of_unknown_name_may_be_the_one_that_is_requested_in_a_coroutine() -> None:
    text = """
    import pytest


    @pytest.fixture(name=NAME)
    def server(event_loop, pool):
        event_loop.run_until_complete(pool.open())
    """
    assert rewrite(dedent(text)).changed
    requesting = {"tests/test_a.py": "def test_a(request):\n    request.getfixturevalue('any')\n"}
    (found,) = assert_unchanged(text, "ASH303", beside=requesting).findings
    assert "`server` may be requested by `getfixturevalue`" in found.message
