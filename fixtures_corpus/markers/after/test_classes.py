"""The marker on classes and methods."""

from ledger import Ledger


class TestLedger:
    """Every coroutine of the class is marked."""

    async def test_empty(self):
        assert await Ledger().balance() == 0

    def test_sync_neighbour(self):
        assert Ledger().entries == []


class TestMethods:
    async def test_posted(self):
        ledger = Ledger()
        await ledger.post(3)
        assert await ledger.balance() == 3

    @staticmethod
    async def test_static():
        assert await Ledger().post(1) == 1
