"""Loops that a context manager of the suite makes current."""

from __future__ import annotations

import pytest

from asyncshim.plugin.choose import given_loops
from house.nested import run_source


def test_blocks_may_be_nested_and_the_innermost_counts(pytester: pytest.Pytester) -> None:
    assert given_loops.begin is not given_loops.end
    run_source(
        pytester,
        """
        import asyncio, pytest
        import alt_pytest_asyncio

        @pytest.fixture(scope="module", autouse=True)
        def outer():
            with alt_pytest_asyncio.Loop() as own:
                yield own.controlled_loop

        @pytest.fixture
        def inner():
            with alt_pytest_asyncio.Loop() as own:
                yield own.controlled_loop

        async def test_outer(outer):
            assert asyncio.get_running_loop() is outer

        async def test_inner(inner):
            assert asyncio.get_running_loop() is inner

        async def test_outer_again(outer):
            assert asyncio.get_running_loop() is outer
        """,
        passed=3,
    )
