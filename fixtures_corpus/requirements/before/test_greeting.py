import pytest


async def greet(name):
    return f"Hello {name}"


@pytest.mark.asyncio
async def test_greeting():
    assert await greet("Ada") == "Hello Ada"
