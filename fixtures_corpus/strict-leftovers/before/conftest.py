import pytest
import pytest_asyncio


@pytest.fixture
async def forgotten():
    yield "never run until now"


@pytest_asyncio.fixture
async def used():
    return "used"
