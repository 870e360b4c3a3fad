"""The marker on classes and methods."""

import pytest

from ledger import Ledger


@pytest.mark.asyncio
class TestLedger:
    """Every coroutine of the class is marked."""

    async def test_empty(self):
        assert await Ledger().balance() == 0

    def test_sync_neighbour(self):
        assert Ledger().entries == []


class TestMethods:
    @pytest.mark.asyncio
    async def test_posted(self):
        ledger = Ledger()
        await ledger.post(3)
        assert await ledger.balance() == 3

    @staticmethod
    @pytest.mark.asyncio
    async def test_static():
        assert await Ledger().post(1) == 1
