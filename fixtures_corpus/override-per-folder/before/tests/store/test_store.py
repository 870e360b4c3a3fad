import pytest


@pytest.mark.asyncio
async def test_locked(store):
    assert store.locked()


@pytest.mark.asyncio
async def test_still_locked(store, event_loop):
    assert store.locked()
