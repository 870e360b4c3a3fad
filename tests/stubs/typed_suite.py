"""A suite with types. It is checked by mypy and pyright in strict mode, and it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from pytest_asyncio import fixture, is_async_test
from pytest_asyncio.plugin import Mode, SubRequest


@pytest_asyncio.fixture
async def number() -> int:
    return 1


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["a", "b"], ids=str.upper, name="letter")
async def make_letter(request: SubRequest) -> AsyncIterator[str]:
    yield str(request.param)


@fixture(autouse=True)
async def nothing() -> None:
    await asyncio.sleep(0)


@pytest.mark.asyncio(loop_scope="module")
async def test_values(number: int, letter: str, unused_tcp_port_factory: Callable[[], int]) -> None:
    assert number == 1
    assert letter in {"a", "b"}
    assert unused_tcp_port_factory() > 0


def test_names(request: pytest.FixtureRequest) -> None:
    is_async: bool = is_async_test(request.node)
    assert not is_async
    assert Mode.AUTO.value == "auto"
    assert isinstance(pytest_asyncio.__version__, str)
