"""Sync tests that drive the loop themselves, beside async ones and ones that need no loop."""

import asyncio

import pytest

from ledger import Ledger


def test_currency(ledger):
    assert ledger.currency in {"EUR", "CHF"}


def test_numbers(booked, ledger):
    assert booked[2] - booked[0] == 2
    assert ledger.is_open


async def test_total(ledger):
    before = await ledger.total()
    await ledger.book(5)
    assert await ledger.total() == before + 5


class TestClosed:
    """Each test has a ledger of its own."""

    @pytest.fixture(autouse=True)
    async def closed(self):
        self.ledger = Ledger()
        await self.ledger.open()
        await self.ledger.close()

    @pytest.mark.parametrize("amount", [1, -1])
    async def test_nothing_is_booked(self, amount):
        with pytest.raises(ValueError, match="closed"):
            await self.ledger.book(amount)

    async def test_total(self):
        assert not await self.ledger.total()
        total = (await asyncio.gather(self.ledger.total(), self.ledger.total()))[0]
        assert total == -await self.ledger.total() ** 2
