from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged

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


def test_a_name_that_cannot_be_read_leaves_the_functions() -> None:
    assert_rewritten(BODY.format("scope='session', name=NAME", "event_loop"), "x = 1\n")
