async def greet(name):
    return f"Hello {name}"


async def test_greeting():
    assert await greet("Ada") == "Hello Ada"
