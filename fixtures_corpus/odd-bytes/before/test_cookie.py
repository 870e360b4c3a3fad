# -*- coding: latin-1 -*-
import pytest


@pytest.mark.asyncio
async def test_latin():
    assert 'é' == '\u00e9'
