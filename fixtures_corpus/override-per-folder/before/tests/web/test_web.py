import pytest


@pytest.mark.asyncio
async def test_locked(web):
    assert web.locked()


@pytest.mark.asyncio
async def test_still_locked(web, event_loop):
    assert web.locked()
