import asyncio
import sys

import pytest


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.mark.usefixtures("event_loop")
@pytest.mark.asyncio
async def test_alone():
    await asyncio.sleep(0)


@pytest.mark.asyncio
@pytest.mark.usefixtures("folder", "event_loop")
async def test_with_another(tmp_path):
    assert tmp_path.is_dir()


@pytest.mark.skipif(sys.version_info >= (3, 10), reason="asyncio dropped the loop argument in Python 3.10")
@pytest.mark.asyncio
async def test_loop_argument(event_loop):
    queue = asyncio.Queue(maxsize=1, loop=event_loop)
    await asyncio.wait_for(queue.put(1), 1, loop=event_loop)
    await asyncio.sleep(0, loop=event_loop)
    assert await queue.get() == 1


@pytest.mark.asyncio
@pytest.mark.db
async def test_future(event_loop):
    await asyncio.sleep(0)
    future = asyncio.Future(loop=event_loop)
    future.set_result(3)
    assert await future == 3
