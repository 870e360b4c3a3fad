import pytest

pytest_plugins = ["alt_pytest_asyncio.enable"]


@pytest.fixture(scope="session")
def session_default_async_timeout() -> float:
    return 50


@pytest.fixture(scope="session")
async def of_session(async_timeout):
    return async_timeout.timeout


@pytest.fixture(scope="package")
async def of_package(async_timeout):
    return async_timeout.timeout


@pytest.fixture(scope="module")
async def of_module(async_timeout):
    return async_timeout.timeout


@pytest.fixture(scope="class")
async def of_class(async_timeout):
    return async_timeout.timeout


@pytest.fixture
async def of_function(async_timeout):
    return async_timeout.timeout


@pytest.fixture
def limits(of_session, of_package, of_module, of_class, of_function):
    return [of_session, of_package, of_module, of_class, of_function]
