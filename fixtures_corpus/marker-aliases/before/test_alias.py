import asyncio

import pytest

on_loop = pytest.mark.asyncio
shared = pytest.mark.asyncio(loop_scope="module")


@on_loop
async def test_decorated():
    await asyncio.sleep(0)


@shared
@pytest.mark.parametrize("n", [1, 2])
async def test_shared(n):
    assert await asyncio.sleep(0, n) == n


class TestClass:
    pytestmark = [shared]

    async def test_method(self):
        await asyncio.sleep(0)


@on_loop
class TestDecorated:
    async def test_method(self):
        await asyncio.sleep(0)
