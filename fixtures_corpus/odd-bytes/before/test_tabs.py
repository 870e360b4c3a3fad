import pytest
import pytest_asyncio


class TestTabs:
	@pytest_asyncio.fixture()
	async def one(self):
		return 1

	@pytest.mark.asyncio
	async def test_one(self, one):
		assert one == 1