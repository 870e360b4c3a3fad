import asyncio

import pytest


async def test_decorated():
    await asyncio.sleep(0)


@pytest.mark.parametrize("n", [1, 2])
async def test_shared(n):
    assert await asyncio.sleep(0, n) == n


class TestClass:
    async def test_method(self):
        await asyncio.sleep(0)


class TestDecorated:
    async def test_method(self):
        await asyncio.sleep(0)
