import asyncio
from contextvars import ContextVar

tenant = ContextVar("tenant", default="nobody")


async def test_ends_what_it_starts():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(asyncio.sleep(0, "done"))
    assert task.result() == "done"
    assert tenant.get() == "nobody"


async def test_limit_after_a_statement(async_timeout):
    name = tenant.get()
    async_timeout.set_timeout_seconds(60)
    await asyncio.sleep(0)
    assert name == "nobody"
