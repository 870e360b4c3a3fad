import asyncio

import asyncpg
import pytest
import pytest_asyncio

from server import postgresql


@pytest.fixture(scope="session")
def event_loop():
    """Create one loop for the session, so that the pool can be shared."""
    policy = asyncio.get_event_loop_policy()
    loop = policy.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def socket():
    with postgresql() as folder:
        yield folder


@pytest_asyncio.fixture(scope="session")
async def pool(socket, event_loop):
    deadline = event_loop.time() + 30
    while True:
        try:
            pool = await asyncpg.create_pool(host=socket, user="tests", database="postgres", min_size=1, max_size=4)
            break
        except (OSError, asyncpg.CannotConnectNowError):
            if event_loop.time() > deadline:
                raise
            await asyncio.sleep(0.05)
    await pool.execute("CREATE TABLE account (name text PRIMARY KEY, balance int NOT NULL CHECK (balance >= 0))")
    yield pool
    await pool.close()


@pytest_asyncio.fixture
async def connection(pool):
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield connection
        await transaction.rollback()


@pytest_asyncio.fixture
async def accounts(connection):
    await connection.executemany("INSERT INTO account VALUES ($1, $2)", [("ada", 10), ("bob", 0)])
