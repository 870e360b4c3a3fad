"""Sync tests that drive the loop themselves, beside async ones and ones that need no loop."""

import asyncio

import pytest

from ledger import Ledger


def test_currency(ledger):
    assert ledger.currency in {"EUR", "CHF"}


def test_numbers(booked, ledger):
    assert booked[2] - booked[0] == 2
    assert ledger.is_open


@pytest.mark.asyncio
async def test_total(ledger):
    before = await ledger.total()
    await ledger.book(5)
    assert await ledger.total() == before + 5


class TestClosed:
    """Each test has a ledger of its own."""

    @pytest.fixture(autouse=True)
    def closed(self, event_loop):
        self.ledger = Ledger()
        event_loop.run_until_complete(self.ledger.open())
        event_loop.run_until_complete(self.ledger.close())

    @pytest.mark.parametrize("amount", [1, -1])
    def test_nothing_is_booked(self, event_loop, amount):
        with pytest.raises(ValueError, match="closed"):
            event_loop.run_until_complete(self.ledger.book(amount))

    def test_total(self, event_loop):
        assert not event_loop.run_until_complete(self.ledger.total())
        total = event_loop.run_until_complete(asyncio.gather(self.ledger.total(), self.ledger.total()))[0]
        assert total == -event_loop.run_until_complete(self.ledger.total()) ** 2
