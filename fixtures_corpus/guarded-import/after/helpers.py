import pytest

try:
    import pytest_asyncio
except ImportError:
    async_fixture = pytest.fixture
else:
    async_fixture = pytest_asyncio.fixture
