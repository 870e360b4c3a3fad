from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.edits.stale_comments import (
    is_about_runner,
    without_marker_line,
    without_stale_lines,
    worth_keeping,
)
from rule_tools import assert_rewritten

STALE = [
    "# All test coroutines will be treated as marked.",
    "# mark every test as async",
    "# https://pytest-asyncio.readthedocs.io/en/latest/",
    "# needs pytest_asyncio",
    "# session scoped",
    "# loop_scope is needed",
    "# overrides the event_loop fixture",
    "# asyncio",
    "# strict mode",
    "# the loop",
    "# event loop",
]
KEPT = [
    "# The server is slow.",
    "# Markers.",
    "# asyncio.run() is not possible here",
    "# a mark on the wall",
    "# scope of the contract",
    "# Concurrent posts must not lose an entry.",
    "# windows cannot",
    "# for the marks",
    "# one pool for all",
    "# 20 % faster",
    "# the loop of the game",
]


@pytest.mark.parametrize("text", STALE)
def test_a_comment_about_the_runner_goes_with_what_was_removed(text: str) -> None:
    assert is_about_runner(text)
    assert not worth_keeping(cst.Comment(text))
    marked = f"@pytest.mark.asyncio  {text}\nasync def test_a(): ...\n"
    assert_rewritten(
        f"import pytest\n\n{text}\npytestmark = pytest.mark.asyncio\n\n\n{marked}", "async def test_a(): ...\n"
    )


@pytest.mark.parametrize("text", KEPT)
def test_another_comment_stays(text: str) -> None:
    assert not is_about_runner(text)
    assert worth_keeping(cst.Comment(text))
    assert_rewritten(
        f"import pytest\n\n\n@pytest.mark.asyncio  {text}\nasync def test_a(): ...\n",
        f"{text}\nasync def test_a(): ...\n",
    )


def lines(*texts: str) -> list[cst.EmptyLine]:
    return [cst.EmptyLine(comment=cst.Comment(text) if text else None) for text in texts]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("", "# override of event_loop", "# for the pool"), ("",)),
        (("# override of event_loop", "", "# for the pool"), ("# override of event_loop", "", "# for the pool")),
        (("# event_loop", ""), ("# event_loop", "")),
        (("# TODO(asyncshim): ASH331 requests event_loop",), ("# TODO(asyncshim): ASH331 requests event_loop",)),
        ((), ()),
    ],
)
def test_only_the_comment_that_ends_above_a_removed_statement_is_about_it(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    left = without_stale_lines(lines(*before))
    assert [line.comment.value if line.comment else "" for line in left] == list(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("", "# see https://pytest-asyncio.readthedocs.io"), ("",)),
        (("# needs the asyncio marker",), ()),
        (("# needs the marker, because strict mode is on",), ()),
        (("# for pytest_asyncio",), ()),
        (("# the marketing mail",), ("# the marketing mail",)),
        (("# the event_loop must be closed",), ("# the event_loop must be closed",)),
        (("# It pays twice.", "# needs the asyncio marker"), ("# It pays twice.", "# needs the asyncio marker")),
        ((), ()),
    ],
)
def test_a_comment_above_a_function_goes_only_if_it_is_about_its_marker(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    left = without_marker_line(lines(*before))
    assert [line.comment.value if line.comment else "" for line in left] == list(after)


def test_the_comment_of_a_removed_parameter_goes_if_it_names_only_the_loop() -> None:
    assert_rewritten(
        "async def test_a(\n    event_loop,  # the loop\n    b,  # why\n): ...\n",
        "async def test_a(\n    b,  # why\n): ...\n",
    )
