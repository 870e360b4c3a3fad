import asyncio

import asyncpg
import pytest

from server import postgresql


@pytest.fixture(scope="session")
def socket():
    with postgresql() as folder:
        yield folder


@pytest.fixture(scope="session")
async def pool(socket):
    event_loop = asyncio.get_running_loop()
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


@pytest.fixture
async def connection(pool):
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield connection
        await transaction.rollback()


@pytest.fixture
async def accounts(connection):
    await connection.executemany("INSERT INTO account VALUES ($1, $2)", [("ada", 10), ("bob", 0)])
