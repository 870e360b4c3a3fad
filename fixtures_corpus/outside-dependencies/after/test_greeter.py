from greeter import greet


async def test_greet():
    assert await greet("Ada") == "Hello Ada"
