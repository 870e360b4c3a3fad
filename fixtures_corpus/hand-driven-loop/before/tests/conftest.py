import asyncio
from typing import Generator, List

import pytest

from ledger import Ledger


@pytest.fixture(scope="module")
def event_loop() -> Generator[asyncio.AbstractEventLoop, None, None]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="module", params=["EUR", "CHF"])
def ledger(request, event_loop: asyncio.AbstractEventLoop) -> Generator[Ledger, None, None]:
    """Open while the module's tests run, in each currency."""
    ledger = Ledger(request.param)
    event_loop.run_until_complete(ledger.open(timeout=1))
    try:
        yield ledger
    finally:
        event_loop.run_until_complete(ledger.close())  # whatever happened
        assert not ledger.is_open


@pytest.fixture(name="booked")
def book_three(
    event_loop: asyncio.AbstractEventLoop,
    ledger: Ledger,
) -> List[int]:
    loop = event_loop
    return [
        loop.run_until_complete(ledger.book(1)),
        loop.run_until_complete(ledger.book(2)),
        loop.run_until_complete(
            ledger.book(
                3,
            )
        ),
    ]
