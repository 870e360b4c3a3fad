import asyncio

import pytest

PATIENCE = 0.05


@pytest.fixture
async def entries() -> list[int]:
    await asyncio.sleep(0)
    return [1, 2, 3]


async def test_has_the_default_limit(entries):
    assert entries == [1, 2, 3]


@pytest.mark.asyncshim_timeout(60)
async def test_has_more_time(entries) -> None:
    await asyncio.sleep(0.1)
    assert entries


@pytest.mark.asyncshim_timeout(PATIENCE)
async def test_expires() -> None:
    """The server never answers."""
    # as the client does

    await asyncio.sleep(60)


class TestClient:
    @pytest.mark.asyncshim_timeout(30)
    @pytest.mark.parametrize("number", [1, 2])
    async def test_number(self, number, entries):
        assert number in entries


def test_sync(entries):
    assert len(entries) == 3
