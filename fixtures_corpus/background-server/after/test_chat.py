import asyncio
import contextlib

import pytest

from chat import Room


@pytest.fixture(scope="module")
async def address():
    started = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(Room().serve(started), name="room")
    yield await started
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@contextlib.asynccontextmanager
async def connect(address):
    reader, writer = await asyncio.open_connection(*address)
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


async def test_the_server_runs_in_the_background(address):
    assert "room" in {task.get_name() for task in asyncio.all_tasks()}


async def test_lines_go_to_the_others(address):
    async with connect(address) as (reader, writer), connect(address) as (other, _):
        while not other.at_eof():
            writer.write(b"hello\n")
            with contextlib.suppress(asyncio.TimeoutError):
                assert await asyncio.wait_for(other.readline(), 0.05) == b"hello\n"
                break
        assert not reader.at_eof()


class TestStillThere:
    async def test_after_a_failure_of_a_client(self, address):
        with pytest.raises(ConnectionError):
            async with connect(address):
                raise ConnectionError
        async with connect(address) as (_, writer):
            assert not writer.is_closing()
