from typing import AsyncGenerator, List

import pytest

from ledger import Ledger


@pytest.fixture(scope="module", params=["EUR", "CHF"])
async def ledger(request) -> AsyncGenerator[Ledger, None]:
    """Open while the module's tests run, in each currency."""
    ledger = Ledger(request.param)
    await ledger.open(timeout=1)
    try:
        yield ledger
    finally:
        await ledger.close()  # whatever happened
        assert not ledger.is_open


@pytest.fixture(name="booked")
async def book_three(
    ledger: Ledger,
) -> List[int]:
    return [
        await ledger.book(1),
        await ledger.book(2),
        await ledger.book(
            3,
        ),
    ]
