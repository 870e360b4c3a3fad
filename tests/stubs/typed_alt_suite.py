"""A suite for alt-pytest-asyncio with types. It is checked by mypy and pyright in strict mode, and it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import alt_pytest_asyncio
import pytest
from alt_pytest_asyncio import Loop, base, protocols
from alt_pytest_asyncio.plugin import AltPytestAsyncioPlugin, AsyncTimeoutProvider, LoadedAsyncTimeout

AsyncTimeout = alt_pytest_asyncio.protocols.AsyncTimeout


class Patient(LoadedAsyncTimeout):
    def set_timeout_seconds(self, timeout: float) -> None:
        super().set_timeout_seconds(timeout * 2)


@pytest.fixture(scope="session")
def async_timeout() -> protocols.AsyncTimeoutProvider:
    provider: base.AsyncTimeoutProvider = AsyncTimeoutProvider(timeout_factory=Patient)
    return provider


@pytest.fixture
def own_loop() -> Iterator[protocols.Loop]:
    with Loop() as own:
        yield own


@pytest.fixture
async def number(async_timeout: AsyncTimeout) -> AsyncIterator[int]:
    async_timeout.set_timeout_seconds(30)
    yield 1
    await asyncio.sleep(0)


async def test_limit(number: int, async_timeout: AsyncTimeout) -> None:
    assert number == 1
    assert isinstance(async_timeout, Patient)


def test_loop(own_loop: protocols.Loop) -> None:
    assert own_loop.run_until_complete(asyncio.sleep(0, 3)) == 3
    assert own_loop.controlled_loop is not None


def test_names() -> None:
    plugin = AltPytestAsyncioPlugin(managed_loop=None)
    assert plugin is not None
    assert alt_pytest_asyncio.VERSION
    assert issubclass(alt_pytest_asyncio.errors.PluginAlreadyStarted, Exception)
