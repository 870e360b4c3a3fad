import asyncio

import pytest
import uvloop


async def test_the_loop_is_uvloops(started):
    loop = asyncio.get_running_loop()
    assert isinstance(loop, uvloop.Loop)
    assert loop.time() >= started


@pytest.mark.parametrize("delay", [0, 0.001])
async def test_sleeping(delay):
    assert await asyncio.sleep(delay, "slept") == "slept"


def test_sync_neighbour():
    assert issubclass(uvloop.Loop, asyncio.AbstractEventLoop)
