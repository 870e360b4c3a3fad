# -*- coding: latin-1 -*-


async def test_latin():
    assert 'é' == '\u00e9'
