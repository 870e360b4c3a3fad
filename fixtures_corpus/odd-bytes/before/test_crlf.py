"""Lines end as on Windows."""

import pytest

pytestmark = pytest.mark.asyncio


async def test_crlf():
    text = """a
b"""
    assert text == "a\nb"
