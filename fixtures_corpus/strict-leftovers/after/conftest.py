import pytest


@pytest.fixture
async def forgotten():
    yield "never run until now"


@pytest.fixture
async def used():
    return "used"
