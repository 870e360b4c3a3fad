async def test_locked(store):
    assert store.locked()


async def test_still_locked(store):
    assert store.locked()
