from __future__ import annotations

import pytest

from asyncshim_codemods.source.words import MARKER, holds, holds_marker


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.asyncio",
        "@mark.asyncio(loop_scope='module')",
        "item.add_marker('asyncio')",
        "pytest.mark. \\\n    asyncio",
        "(pytest.mark.  # why\n    asyncio)",
        "import a; a.mark.asyncio",
    ],
)
def test_an_attribute_or_a_string_may_be_the_marker(text: str) -> None:
    assert holds(f"x = 1\n{text}\n".encode(), MARKER)


@pytest.mark.parametrize(
    "text",
    [
        "import asyncio",
        "await asyncio.sleep(0)",
        "import foo.asyncio",
        "from foo.asyncio import x",
        "x.asyncio_mode",
        "f()  # a comment\nasyncio.run(g())",
        "# a comment\nasyncio.run(g())",
    ],
)
def test_the_module_is_not_the_marker(text: str) -> None:
    assert not holds(f"x = 1\n{text}\n".encode(), MARKER)


def test_other_keywords_are_found_anywhere() -> None:
    assert holds(b"x = my_event_loop_2", "event_loop")
    assert not holds(b"x = 1", "event_loop")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import pytest_asyncio", True),
        ("from asyncio_mode import x", True),
        ("await asyncio.sleep(0); x = pytest_asyncio", True),
        ("asyncio_mode", True),
        ("import asyncio; x = my_asyncio", False),
        ("import asyncio_tools", False),
        ("asyncio.mode", False),
    ],
)
def test_a_longer_word_is_found_where_the_marker_is_a_part_of_it(text: str, expected: bool) -> None:
    assert holds_marker(text.encode(), [(b"pytest_asyncio", 7), (b"asyncio_mode", 0)]) is expected
