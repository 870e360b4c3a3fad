async def test_of_the_session(limits, async_timeout):
    assert limits == [50, 50, 50, 50, 50]
    assert async_timeout.timeout == 50
