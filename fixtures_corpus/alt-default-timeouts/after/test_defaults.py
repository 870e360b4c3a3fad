import asyncio

import pytest


@pytest.fixture(scope="module")
async def module_default_async_timeout(async_timeout) -> float:
    assert async_timeout.timeout == 50
    return 40


async def test_of_the_module(limits, async_timeout):
    assert limits == [50, 50, 40, 40, 40]
    assert async_timeout.timeout == 40


class TestNearer:
    @pytest.fixture(scope="class")
    def class_default_async_timeout(self) -> float:
        return 30

    async def test_of_the_class(self, limits, async_timeout):
        assert limits == [50, 50, 40, 30, 30]
        assert async_timeout.timeout == 30

    class TestNearest:
        @pytest.fixture
        def default_async_timeout(self) -> float:
            return 0.2

        async def test_of_the_function(self, limits, async_timeout):
            assert limits == [50, 50, 40, 30, 0.2]
            assert async_timeout.timeout == 0.2

        async def test_expires(self):
            await asyncio.sleep(60)
