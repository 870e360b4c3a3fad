async def test_locked(web):
    assert web.locked()


async def test_still_locked(web):
    assert web.locked()
