import pytest

from greeter import greet


@pytest.mark.asyncio
async def test_greet():
    assert await greet("Ada") == "Hello Ada"
