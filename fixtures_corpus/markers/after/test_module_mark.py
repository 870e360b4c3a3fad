"""One mark for the whole module, and the only use of pytest in it."""

from ledger import Ledger


async def test_empty():
    assert await Ledger().balance() == 0


async def test_posted():
    ledger = Ledger()
    await ledger.post(3)
    assert await ledger.balance() == 3
