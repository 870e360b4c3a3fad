"""The marker as a decorator of functions."""

import asyncio

import pytest

from ledger import Ledger


async def test_post_returns_the_number_of_entries():
    assert await Ledger().post(5) == 1


# Concurrent posts must not lose an entry.
@pytest.mark.slow  # the lock is fair
async def test_concurrent_posts():
    ledger = Ledger()
    await asyncio.gather(*(ledger.post(n) for n in range(10)))
    assert await ledger.balance() == 45


# every amount by itself
@pytest.mark.parametrize("amount", [1, -1, 0])
async def test_one_amount(amount):
    ledger = Ledger()
    await ledger.post(amount)

    assert await ledger.balance() == amount


@pytest.mark.parametrize(
    "amounts, expected",
    [
        ([], 0),
        ([1, 2], 3),
    ],
)
async def test_many_amounts(amounts, expected):
    ledger = Ledger()
    for amount in amounts:
        await ledger.post(amount)
    assert await ledger.balance() == expected


@pytest.mark.xfail(reason="there is no overdraft yet", raises=OverflowError, strict=True)
async def test_overdraft():
    raise OverflowError(await Ledger().balance())


async def test_skipping_inside():
    if not await Ledger().balance():
        pytest.skip("nothing was posted")


def test_without_a_loop():
    assert Ledger().entries == []
