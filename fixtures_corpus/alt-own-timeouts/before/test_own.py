import pytest
from conftest import Halved, notes

from alt_pytest_asyncio import plugin


@pytest.fixture
async def value(async_timeout):
    async_timeout.set_timeout_seconds(3)
    yield async_timeout.default


async def test_first(value):
    assert value == 5
    assert notes == ["3 seconds", "value NoneType"]


async def test_fails(async_timeout):
    async_timeout.set_timeout_seconds(4)
    raise ValueError("wrong")


def test_notes():
    assert notes[2:] == ["test_first NoneType", "value StopAsyncIteration", "4 seconds", "test_fails ValueError"]


def test_sync(async_timeout):
    with pytest.raises(LookupError):
        async_timeout.set_timeout_seconds(1)


class TestOfOneClass:
    @pytest.fixture(scope="session")
    def async_timeout(self):
        return plugin.AsyncTimeoutProvider(timeout_factory=Halved)

    async def test_halved(self, async_timeout):
        async_timeout.set_timeout_seconds(4)
        assert async_timeout.timeout == 2
