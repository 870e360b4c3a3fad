"""Nothing here imports asyncio; the rewritten test has to."""

import pytest


@pytest.mark.asyncio
async def test_time_goes_on(event_loop):
    first = event_loop.time()
    assert event_loop.time() >= first


@pytest.mark.asyncio
async def test_order(
    event_loop,
    tmp_path,
):
    assert tmp_path.is_dir()


def test_sync_neighbour(tmp_path):
    assert tmp_path.is_dir()
