from __future__ import annotations

import pytest

from rule_tools import EVERY_CODE, assert_rewritten, assert_unchanged, messages, rewrite

TEXT = "{}import pytest\n\n\n@pytest.fixture\n{}def loop({}):\n    {}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return event_loop", "return asyncio.get_running_loop()"),
        ("yield event_loop", "yield asyncio.get_running_loop()"),
        ("return (event_loop)", "return (asyncio.get_running_loop())"),
        (
            '"""The loop."""\n    return event_loop  # it',
            '"""The loop."""\n    return asyncio.get_running_loop()  # it',
        ),
        ("asyncio.set_event_loop(event_loop)\n    return event_loop", "return asyncio.get_running_loop()"),
    ],
)
def test_a_fixture_that_returns_event_loop_returns_the_running_loop(before: str, after: str) -> None:
    top = "import asyncio\n\n"
    assert_rewritten(TEXT.format(top, "", "event_loop", before), TEXT.format(top, "async ", "", after), unsafe=True)


def test_other_parameters_of_a_loop_fixture_are_kept_and_asyncio_is_imported() -> None:
    assert_rewritten(
        """
        from pytest import fixture


        class TestClient:
            @fixture(name="io_loop", scope="module")
            def loop(self, event_loop, database):
                return event_loop
        """,
        """
        import asyncio

        from pytest import fixture


        class TestClient:
            @fixture(name="io_loop", scope="module")
            async def loop(self, database):
                return asyncio.get_running_loop()
        """,
        unsafe=True,
    )


def test_the_return_annotation_of_a_generator_fixture_becomes_async() -> None:
    text = """
    import asyncio
    from collections.abc import {0}

    import pytest


    @pytest.fixture
    {1}def loop({2}) -> {0}[asyncio.AbstractEventLoop]:
        yield {3}


    @pytest.fixture
    {1}def server({2}) -> {0}[int]:
        yield {4}
    """
    run = "event_loop.run_until_complete(start())"
    assert_rewritten(
        text.format("Iterator", "", "event_loop", "event_loop", run),
        text.format("AsyncIterator", "async ", "", "asyncio.get_running_loop()", "await start()"),
        unsafe=True,
    )


def test_an_annotation_whose_import_cannot_be_changed_is_reported() -> None:
    text = TEXT.format("from typing import Iterator as It\n\n", "", "event_loop", "yield event_loop")
    text = text.replace("loop(event_loop)", "loop(event_loop) -> It[object]")
    result = rewrite(text, unsafe=True)
    assert b"async def loop() -> It[object]" in result.new
    assert "7:5 ASH310 the return annotation is that of a synchronous generator; change it to an async one" in messages(
        result
    )


def test_a_loop_fixture_is_only_reported_without_unsafe() -> None:
    text = TEXT.format("", "", "event_loop", "return event_loop")
    assert_unchanged(text, "ASH310")
    assert messages(rewrite(text)) == [
        "5:10 ASH310 returns `event_loop`, which is the running loop in an async fixture"
    ]


@pytest.mark.parametrize(
    "body",
    [
        "print(event_loop)\n    return event_loop",
        "loop = event_loop\n    return loop",
    ],
)
def test_a_fixture_that_also_uses_the_loop_is_left_to_ash304(body: str) -> None:
    assert_unchanged(TEXT.format("", "", "event_loop", body), "ASH304")


@pytest.mark.parametrize(
    "body",
    [
        "if event_loop:\n        return event_loop",
        "yield event_loop\n    event_loop.close()",
        "return event_loop, 1",
        "event_loop.x = 1\n    return event_loop",
        "event_loop.stop()\n    return event_loop",
    ],
)
def test_a_loop_fixture_that_does_more_is_reported(body: str) -> None:
    assert_unchanged(TEXT.format("", "", "event_loop", body), "ASH331", unsafe=True)


@pytest.mark.parametrize(
    "text",
    [
        "def loop(event_loop):\n    return event_loop\n",
        TEXT.format("", "async ", "loop", "return loop"),
        TEXT.format("", "", "loop", "return loop"),
        TEXT.format("", "", "event_loop=None", "return event_loop"),
    ],
    ids=["no fixture", "async", "another fixture's", "a default"],
)
def test_functions_that_are_not_loop_fixtures_are_kept(text: str) -> None:
    assert_unchanged(text, unsafe=True)


def test_a_loop_fixture_is_kept_where_the_name_asyncio_is_taken() -> None:
    text = TEXT.format("asyncio = 1\n", "", "event_loop", "return event_loop")
    assert_unchanged(text, "ASH310", unsafe=True)
    assert "means something else" in messages(rewrite(text))[0]


def test_a_loop_fixture_is_kept_if_ash310_is_not_selected() -> None:
    text = TEXT.format("", "", "event_loop", "return event_loop")
    assert_unchanged(text, unsafe=True, select=EVERY_CODE - {"ASH310"})
