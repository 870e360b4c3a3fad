async def test_ümlaut():
    assert 'ü' == '\u00fc'
