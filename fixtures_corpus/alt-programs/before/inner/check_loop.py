import asyncio

import pytest


@pytest.fixture
async def loop_of_fixture():
    return asyncio.get_running_loop()


async def test_async(loop_of_fixture):
    assert asyncio.get_running_loop() is loop_of_fixture
    assert loop_of_fixture.name == "ours"


def test_sync():
    assert asyncio.get_event_loop().name == "ours"
