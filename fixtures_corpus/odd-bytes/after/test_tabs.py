import pytest


class TestTabs:
	@pytest.fixture()
	async def one(self):
		return 1

	async def test_one(self, one):
		assert one == 1