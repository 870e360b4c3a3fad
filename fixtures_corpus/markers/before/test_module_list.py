"""A list of marks: the others stay."""

import pytest

from ledger import Ledger

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def test_empty():
    assert await Ledger().balance() == 0


class TestPosting:
    pytestmark = [
        pytest.mark.asyncio,
        pytest.mark.usefixtures("tmp_path"),  # nothing is written outside
    ]

    async def test_posted(self):
        ledger = Ledger()
        await ledger.post(3)
        assert await ledger.balance() == 3
