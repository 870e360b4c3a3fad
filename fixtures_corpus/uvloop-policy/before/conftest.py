import pytest
import pytest_asyncio
import uvloop


@pytest.fixture(scope="session")
def event_loop_policy():
    return uvloop.EventLoopPolicy()


@pytest_asyncio.fixture
async def pipe():
    return []
