import asyncio

import pytest


@pytest.fixture
async def fixture_loop():
    return asyncio.get_running_loop()


async def test_every_factory(fixture_loop):
    assert fixture_loop is asyncio.get_running_loop()
    assert type(fixture_loop).__name__ in {"_UnixSelectorEventLoop", "SelectorEventLoop", "OtherLoop"}


@pytest.mark.asyncio(loop_factories=["other"])
async def test_one_factory(fixture_loop):
    assert type(fixture_loop).__name__ == "OtherLoop"


def test_sync():
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
