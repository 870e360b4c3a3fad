from __future__ import annotations

import pytest

from asyncshim_codemods.syntax.names_in_text import is_named_in_string, is_named_in_type_comment


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("asyncio.Task", True),
        ("list[asyncio.Task]", True),
        ("tests.asyncio.x", True),
        ("asyncio", True),
        ("Prose.\n\n>>> asyncio.run(x)\n", True),
        ("Prose.\n\n>>> x = 1\nasyncio\n", False),
        ("uses asyncio", False),
        ("asyncio_mode", False),
        (None, False),
    ],
)
def test_a_string_needs_a_name_in_code_but_not_in_prose(text: str | None, *, needed: bool) -> None:
    assert is_named_in_string("asyncio", text) is needed


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        (b"x = 1  # type: asyncio.Task\n", True),
        (b"x = 1  # type: list[asyncio.Task]\n", True),
        (b"x = 1  # type: asyncio_task\n", False),
        (b"x = asyncio  # type: ignore\n", False),
        (b"x = 1  # asyncio\n", False),
    ],
)
def test_a_type_comment_needs_the_names_in_it(code: bytes, *, needed: bool) -> None:
    assert is_named_in_type_comment("asyncio", code) is needed
