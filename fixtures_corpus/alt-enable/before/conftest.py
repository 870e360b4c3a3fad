import pytest

pytest_plugins = ["alt_pytest_asyncio.enable"]


@pytest.fixture(scope="session")
async def limit_of_session(async_timeout):
    return async_timeout.timeout
