import asyncio

import asyncpg
import pytest


async def balance(connection, name):
    return await connection.fetchval("SELECT balance FROM account WHERE name = $1", name)


async def transfer(connection, amount, source, target):
    async with connection.transaction():
        await connection.execute("UPDATE account SET balance = balance + $1 WHERE name = $2", amount, target)
        await connection.execute("UPDATE account SET balance = balance - $1 WHERE name = $2", amount, source)


@pytest.mark.parametrize("amount", [1, 10])
async def test_money_moves(connection, accounts, amount):
    await transfer(connection, amount, "ada", "bob")
    assert await balance(connection, "ada") == 10 - amount
    assert await balance(connection, "bob") == amount


async def test_nobody_overdraws(connection, accounts):
    with pytest.raises(asyncpg.CheckViolationError):
        await transfer(connection, 11, "ada", "bob")
    assert await balance(connection, "bob") == 0


async def test_nothing_is_left_of_other_tests(connection):
    assert await connection.fetchval("SELECT count(*) FROM account") == 0


async def test_the_pool_serves_many_at_once(pool):
    async def add(number):
        return await pool.fetchval("SELECT $1::int + 1", number)

    assert await asyncio.gather(*map(add, range(8))) == list(range(1, 9))


async def test_notifications_arrive(pool):
    heard = asyncio.get_running_loop().create_future()

    def listener(connection, pid, channel, payload):
        heard.set_result(payload)

    async with pool.acquire() as connection:
        await connection.add_listener("news", listener)
        await pool.execute("NOTIFY news, 'hello'")
        assert await asyncio.wait_for(heard, 5) == "hello"
        await connection.remove_listener("news", listener)


class TestCursor:
    async def test_rows_come_one_by_one(self, connection, accounts):
        names = [row["name"] async for row in connection.cursor("SELECT name FROM account ORDER BY name")]
        assert names == ["ada", "bob"]
