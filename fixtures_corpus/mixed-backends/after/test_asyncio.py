"""These belong to asyncio."""

import asyncio

import pytest

from portable import double


@pytest.fixture
async def numbers():
    await asyncio.sleep(0)
    yield [4]


async def test_double(numbers):
    assert await double(numbers) == {4: 8}


async def test_loop_is_running():
    assert asyncio.get_running_loop().is_running()


class TestBoth:
    async def test_asyncio(self):
        assert asyncio.current_task() is not None

    @pytest.mark.anyio
    async def test_anyio(self, anyio_backend_name):
        assert anyio_backend_name in {"asyncio", "trio"}
