import pytest

from clock import Clock


@pytest.fixture
async def clock():
    return Clock()
