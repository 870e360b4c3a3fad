import asyncio

import pytest
import pytest_asyncio
import uvloop

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def fixture_loop(pipe):
    pipe.append(asyncio.get_running_loop())
    yield pipe[0]


async def test_the_loop_is_uvloops():
    assert isinstance(asyncio.get_running_loop(), uvloop.Loop)


async def test_fixtures_share_it(fixture_loop):
    assert isinstance(fixture_loop, uvloop.Loop)
    assert fixture_loop is asyncio.get_running_loop()


async def test_streams():
    async def answer(reader, writer):
        writer.write(await reader.read())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"x" * 100_000)
        writer.write_eof()
        assert len(await reader.read()) == 100_000
        writer.close()
