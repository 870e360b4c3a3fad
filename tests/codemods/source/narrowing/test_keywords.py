from __future__ import annotations

import pytest

from asyncshim_codemods.source.narrowing.keywords import HotLines, hot_places


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.asyncio",
        "@mark . asyncio",
        "@mark.\\\n    asyncio",
        "(mark.\n    asyncio.x)",
        "f('asyncio')",
        'f("asyncio: marks")',
        "x = asyncio",
        "def f(event_loop): ...",
        "f('a,event_loop')",
        "import pytest_asyncio",
        "from pytest_asyncio.plugin import x",
        "from alt_pytest_asyncio import x",
        "pytestmark = 1",
        "__all__ = []",
        "@pytest.mark.anyio",
        "f('asyncio_mode')",
        "return locals()",
    ],
)
def test_a_relevant_word_is_found(text: str) -> None:
    assert list(hot_places(text))


@pytest.mark.parametrize(
    "text",
    [
        "import asyncio",
        "    import os, asyncio",
        "from asyncio import sleep",
        "from redis.asyncio import Redis",
        "await asyncio.sleep(0)",
        "x = asyncio.get_event_loop()",
        "(\n    asyncio.Queue)",
        "my_event_loop = 1",
        "event_loops()",
    ],
)
def test_the_module_asyncio_is_not_what_rules_look_for(text: str) -> None:
    assert not list(hot_places(text))


def test_lines_with_relevant_words_are_known() -> None:
    text = "a\nevent_loop\n\npytestmark; pytestmark\nb"
    hot = HotLines(text, text.split("\n"))
    assert [hot.touch(line, line) for line in range(1, 6)] == [False, True, False, True, False]
    assert hot.touch(1, 2)
    assert hot.touch(3, 9)
    assert not hot.touch(5, 9)


def test_further_names_become_relevant_as_whole_words() -> None:
    text = "ab\na b\n_a\na.c\na1"
    hot = HotLines(text, text.split("\n"))
    assert hot.add(["a"])
    assert [hot.touch(line, line) for line in range(1, 6)] == [False, True, False, True, False]
    assert not hot.add(["a"])
