"""asyncio is only a word here: pytest.mark.asyncio, event_loop, pytest_asyncio."""

import pytest

MARKS = {"asyncio": "@pytest.mark.asyncio"}


@pytest.fixture
def event_loop_name():
    return "event_loop"


@pytest.mark.parametrize("name", ["event_loop", "pytest_asyncio"])
def test_words(name, event_loop_name):
    assert "_" in name
    assert event_loop_name == "event_loop"


def test_marks():
    assert MARKS["asyncio"].startswith("@pytest")
