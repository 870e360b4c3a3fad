"""Lines end as on Windows."""


async def test_crlf():
    text = """a
b"""
    assert text == "a\nb"
