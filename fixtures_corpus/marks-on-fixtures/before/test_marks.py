import asyncio

import pytest
import pytest_asyncio


@pytest.fixture
@pytest.mark.asyncio
async def below():
    return await asyncio.sleep(0, "below")


@pytest_asyncio.fixture(scope="function")
@pytest.mark.asyncio
async def with_call():
    yield "call"


@pytest.mark.asyncio
def test_sync():
    """Nobody awaits anything here."""
    assert True is not False


async def test_all(below, with_call):
    assert (below, with_call) == ("below", "call")


class TestMethods:
    @pytest.mark.asyncio
    @pytest.mark.parametrize("n", [1, 2])
    def test_sync_method(self, n):
        assert n

    @pytest.fixture
    @pytest.mark.asyncio
    async def method(self):
        return self

    async def test_method(self, method):
        assert method is self
