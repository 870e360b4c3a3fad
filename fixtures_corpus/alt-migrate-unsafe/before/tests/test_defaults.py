import asyncio

import pytest


@pytest.fixture
def default_async_timeout() -> float:
    return 0.05


async def test_expires():
    await asyncio.sleep(60)


class TestPatient:
    @pytest.fixture
    def default_async_timeout(self) -> float:
        return 60

    async def test_has_more_time(self):
        await asyncio.sleep(0.1)
