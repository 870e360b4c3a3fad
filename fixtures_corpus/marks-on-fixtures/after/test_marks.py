import asyncio

import pytest


@pytest.fixture
async def below():
    return await asyncio.sleep(0, "below")


@pytest.fixture(scope="function")
async def with_call():
    yield "call"


def test_sync():
    """Nobody awaits anything here."""
    assert True is not False


async def test_all(below, with_call):
    assert (below, with_call) == ("below", "call")


class TestMethods:
    @pytest.mark.parametrize("n", [1, 2])
    def test_sync_method(self, n):
        assert n

    @pytest.fixture
    async def method(self):
        return self

    async def test_method(self, method):
        assert method is self
