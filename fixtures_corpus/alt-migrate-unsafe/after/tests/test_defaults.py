import asyncio

import pytest

pytestmark = pytest.mark.asyncshim_timeout(0.05)


async def test_expires():
    await asyncio.sleep(60)


@pytest.mark.asyncshim_timeout(60)
class TestPatient:
    async def test_has_more_time(self):
        await asyncio.sleep(0.1)
