import asyncio

import pytest

from billing import Invoice


@pytest.mark.parametrize("days, overdue", [(29, False), (30, True)])
async def test_overdue(clock, days, overdue):
    invoice = Invoice(clock, 100)
    watching = asyncio.create_task(invoice.watch())
    await asyncio.sleep(0)
    await clock.turn(days)
    assert invoice.overdue is overdue
    watching.cancel()
