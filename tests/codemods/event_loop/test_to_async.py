from __future__ import annotations

from textwrap import dedent

import pytest

from rule_tools import assert_rewritten, messages, rewrite


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from typing import Iterator", "from typing import AsyncIterator"),
        ("from collections.abc import Iterator", "from collections.abc import AsyncIterator"),
    ],
)
def test_the_return_annotation_of_a_generator_becomes_async(before: str, after: str) -> None:
    text = (
        "import pytest\n{}\n\n\n@pytest.fixture\n{}def server({}pool) -> {}[int]:\n    {}pool.open(){}\n    yield 1\n"
    )
    assert_rewritten(
        text.format(before, "", "event_loop, ", "Iterator", "event_loop.run_until_complete(", ")"),
        text.format(after, "async ", "", "AsyncIterator", "await ", ""),
    )


def test_an_annotation_that_others_use_is_imported_beside_the_async_one() -> None:
    assert_rewritten(
        """
        from typing import (
            Any,
            Generator,
        )

        import pytest


        @pytest.fixture
        def server(event_loop, pool) -> Generator[Any, None, None]:
            event_loop.run_until_complete(pool.open())
            yield pool


        @pytest.fixture
        def plain() -> Generator[int, None, None]:
            yield 1
        """,
        """
        from typing import (
            Any,
            AsyncGenerator,
            Generator,
        )

        import pytest


        @pytest.fixture
        async def server(pool) -> AsyncGenerator[Any, None]:
            await pool.open()
            yield pool


        @pytest.fixture
        def plain() -> Generator[int, None, None]:
            yield 1
        """,
    )


def test_an_annotation_that_only_a_removed_override_shared_is_replaced() -> None:
    assert_rewritten(
        """
        import asyncio
        import typing as t
        from collections.abc import Generator

        import pytest


        @pytest.fixture(scope="session")
        def event_loop() -> Generator[asyncio.AbstractEventLoop, None, None]:
            loop = asyncio.new_event_loop()
            yield loop
            loop.close()


        @pytest.fixture
        def server(event_loop: asyncio.AbstractEventLoop, pool) -> Generator[int, None, None]:
            event_loop.run_until_complete(pool.open())
            yield 1


        @pytest.fixture
        def client(event_loop, pool) -> t.Iterable[int]:
            event_loop.run_until_complete(pool.open())
            yield 1
        """,
        """
        import typing as t
        from collections.abc import AsyncGenerator

        import pytest


        @pytest.fixture
        async def server(pool) -> AsyncGenerator[int, None]:
            await pool.open()
            yield 1


        @pytest.fixture
        async def client(pool) -> t.AsyncIterable[int]:
            await pool.open()
            yield 1
        """,
    )


def test_an_annotation_whose_import_cannot_be_changed_is_reported() -> None:
    text = """
    import pytest
    from typing import Iterator as Iter


    @pytest.fixture
    def server(event_loop, pool) -> Iter[int]:
        event_loop.run_until_complete(pool.open())
        yield 1
    """
    result = rewrite(dedent(text))
    assert "async def server(pool) -> Iter[int]:\n    await pool.open()" in result.new.decode()
    assert [message for message in messages(result) if "annotation" in message] == [
        "7:5 ASH303 the return annotation is that of a synchronous generator; change it to an async one"
    ]
