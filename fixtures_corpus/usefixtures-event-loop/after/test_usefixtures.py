import asyncio
import sys

import pytest


@pytest.fixture
def folder(tmp_path):
    return tmp_path


async def test_alone():
    await asyncio.sleep(0)


@pytest.mark.usefixtures("folder")
async def test_with_another(tmp_path):
    assert tmp_path.is_dir()


@pytest.mark.skipif(sys.version_info >= (3, 10), reason="asyncio dropped the loop argument in Python 3.10")
async def test_loop_argument():
    queue = asyncio.Queue(maxsize=1)
    await asyncio.wait_for(queue.put(1), 1)
    await asyncio.sleep(0)
    assert await queue.get() == 1


@pytest.mark.db
async def test_future():
    await asyncio.sleep(0)
    future = asyncio.Future(loop=asyncio.get_running_loop())
    future.set_result(3)
    assert await future == 3
