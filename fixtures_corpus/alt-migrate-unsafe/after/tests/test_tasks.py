import asyncio
from contextvars import ContextVar

import pytest

tenant = ContextVar("tenant", default="nobody")


async def test_ends_what_it_starts():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(asyncio.sleep(0, "done"))
    assert task.result() == "done"
    assert tenant.get() == "nobody"


@pytest.mark.asyncshim_timeout(60)
async def test_limit_after_a_statement():
    name = tenant.get()
    await asyncio.sleep(0)
    assert name == "nobody"
