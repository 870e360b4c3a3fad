"""These belong to anyio: nothing of theirs may be touched."""

import asyncio

import anyio
import anyio.lowlevel
import pytest

from portable import double

pytestmark = pytest.mark.anyio


def backend():
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "trio"
    return "asyncio"


@pytest.fixture
async def numbers(anyio_backend_name):
    await anyio.lowlevel.checkpoint()
    yield [1, 2, 3]
    assert backend() == anyio_backend_name


async def test_double(numbers):
    assert await double(numbers) == {1: 2, 2: 4, 3: 6}


async def test_backend(anyio_backend_name):
    assert backend() == anyio_backend_name


@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_only_trio(anyio_backend):
    import trio

    await trio.lowlevel.checkpoint()
