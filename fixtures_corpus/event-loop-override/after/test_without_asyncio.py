"""Nothing here imports asyncio; the rewritten test has to."""

import asyncio


async def test_time_goes_on():
    event_loop = asyncio.get_running_loop()
    first = event_loop.time()
    assert event_loop.time() >= first


async def test_order(
    tmp_path,
):
    assert tmp_path.is_dir()


def test_sync_neighbour(tmp_path):
    assert tmp_path.is_dir()
