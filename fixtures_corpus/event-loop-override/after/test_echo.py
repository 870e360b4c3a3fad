import asyncio
import time

import pytest


@pytest.fixture
async def started():
    return asyncio.get_running_loop().time()


async def test_line_comes_back(connection):
    reader, writer = connection
    writer.write(b"hello\n")
    assert await reader.readline() == b"HELLO\n"


async def test_unused_argument(connection):
    reader, writer = connection
    writer.write(b"a\nb\n")
    assert [await reader.readline(), await reader.readline()] == [b"A\n", b"B\n"]


async def test_tasks_are_made_on_the_loop(connection):
    """The reader waits before anything is written."""
    event_loop = asyncio.get_running_loop()
    reader, writer = connection
    task = event_loop.create_task(reader.readline())
    await asyncio.sleep(0)
    writer.write(b"later\n")
    assert await task == b"LATER\n"


async def test_blocking_work_goes_to_a_thread():
    event_loop = asyncio.get_running_loop()
    assert await event_loop.run_in_executor(None, time.strftime, "%%") == "%"


@pytest.mark.parametrize("delay", [0, 0.001])
async def test_callbacks(delay, started):
    event_loop = asyncio.get_running_loop()
    done = event_loop.create_future()
    event_loop.call_later(delay, done.set_result, delay)
    assert await done == delay
    assert event_loop.time() >= started


class TestMethods:
    async def test_the_running_loop_is_the_fixture(self):
        event_loop = asyncio.get_running_loop()
        assert asyncio.get_running_loop() is event_loop

    async def test_unused_argument_of_a_method(self, port):
        assert port > 0
