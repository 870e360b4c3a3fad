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


FIXTURE = """
import pytest
{imports}


@pytest.fixture
{head}def server({loop}pool) -> {annotation}:
    {opening}
    yield 1
"""


@pytest.mark.parametrize(
    ("imports", "after"),
    [
        ("from typing import AsyncGenerator, Generator", "from typing import AsyncGenerator"),
        (
            "from typing import Generator\nfrom collections.abc import AsyncGenerator",
            "from collections.abc import AsyncGenerator",
        ),
    ],
)
def test_an_import_without_other_uses_goes_where_the_async_name_is_there_already(imports: str, after: str) -> None:
    opening = "event_loop.run_until_complete(pool.open())"
    old, new = "Generator[int, None, None]", "AsyncGenerator[int, None]"
    assert_rewritten(
        FIXTURE.format(imports=imports, head="", loop="event_loop, ", annotation=old, opening=opening),
        FIXTURE.format(imports=after, head="async ", loop="", annotation=new, opening="await pool.open()"),
    )


@pytest.mark.parametrize(
    ("imports", "annotation"),
    [
        ("from typing import Generator", '"Generator[int, None, None]"'),
        ("import typing", "'typing.Iterator[int]'"),
        (
            "try:\n    from typing import Iterator\nexcept ImportError:\n    from collections.abc import Iterator",
            "Iterator[int]",
        ),
        ("from typing import Iterator\nfrom mine import AsyncIterator", "Iterator[int]"),
        ("from typing import Iterator\nfrom typing import Iterator", "Iterator[int]"),
    ],
)
def test_an_annotation_that_cannot_be_changed_is_reported(imports: str, annotation: str) -> None:
    opening = "event_loop.run_until_complete(pool.open())"
    text = FIXTURE.format(imports=imports, head="", loop="event_loop, ", annotation=annotation, opening=opening)
    result = rewrite(text)
    assert f"async def server(pool) -> {annotation}:\n    await pool.open()" in result.new.decode()
    assert [message.partition(" ")[2] for message in messages(result) if "annotation" in message] == [
        "ASH303 the return annotation is that of a synchronous generator; change it to an async one"
    ]


def test_the_annotation_of_a_fixture_that_returns_an_iterator_stays() -> None:
    text = """
    import pytest
    from typing import Iterator


    async def start(pool):
        return pool


    @pytest.fixture
    def numbers(event_loop, pool) -> Iterator[int]:
        event_loop.run_until_complete(start(pool))
        return iter([1])
    """
    result = rewrite(dedent(text), unsafe=True)
    assert "async def numbers(pool) -> Iterator[int]:" in result.new.decode()


def test_an_iterator_that_is_not_of_the_standard_library_stays() -> None:
    opening = "event_loop.run_until_complete(pool.open())"
    imports, kept = "from app import Iterator", "Iterator[int]"
    assert_rewritten(
        FIXTURE.format(imports=imports, head="", loop="event_loop, ", annotation=kept, opening=opening),
        FIXTURE.format(imports=imports, head="async ", loop="", annotation=kept, opening="await pool.open()"),
    )


def test_the_running_loop_is_bound_but_no_longer_made_the_current_one() -> None:
    assert_rewritten(
        """
        import asyncio

        import pytest


        @pytest.fixture
        def server(event_loop, pool):
            asyncio.set_event_loop(event_loop)
            event_loop.run_until_complete(pool.open())
            event_loop.call_soon(pool.poll)
        """,
        """
        import asyncio

        import pytest


        @pytest.fixture
        async def server(pool):
            event_loop = asyncio.get_running_loop()
            await pool.open()
            event_loop.call_soon(pool.poll)
        """,
        unsafe=True,
    )


def test_a_loop_that_is_only_made_the_current_one_needs_no_name() -> None:
    assert_rewritten(
        """
        import asyncio

        import pytest


        @pytest.fixture
        def server(event_loop, pool):
            asyncio.set_event_loop(event_loop)
            loop = event_loop
            loop.call_soon(pool.poll)
            loop.run_until_complete(pool.open())
        """,
        """
        import asyncio

        import pytest


        @pytest.fixture
        async def server(pool):
            loop = asyncio.get_running_loop()
            loop.call_soon(pool.poll)
            await pool.open()
        """,
        unsafe=True,
    )
