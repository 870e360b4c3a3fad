import asyncio

import alt_pytest_asyncio
import pytest

AsyncTimeout = alt_pytest_asyncio.protocols.AsyncTimeout

PATIENCE = 0.05


@pytest.fixture
async def entries() -> list[int]:
    await asyncio.sleep(0)
    return [1, 2, 3]


async def test_has_the_default_limit(entries):
    assert entries == [1, 2, 3]


async def test_has_more_time(entries, async_timeout: AsyncTimeout) -> None:
    async_timeout.set_timeout_seconds(60)
    await asyncio.sleep(0.1)
    assert entries


async def test_expires(async_timeout: AsyncTimeout) -> None:
    """The server never answers."""
    async_timeout.set_timeout_seconds(PATIENCE)  # as the client does

    await asyncio.sleep(60)


class TestClient:
    @pytest.mark.parametrize("number", [1, 2])
    async def test_number(self, number, entries, async_timeout):
        async_timeout.set_timeout_seconds(timeout=30)
        assert number in entries


def test_sync(entries):
    assert len(entries) == 3
