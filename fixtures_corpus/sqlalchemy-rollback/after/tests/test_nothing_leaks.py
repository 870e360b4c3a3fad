"""Each pair fails if what one of its tests wrote is still there in the other, whichever runs first."""

import asyncio

import pytest
from sqlalchemy import func, select

from library.models import Author
from library.service import count_books


async def names(session):
    return (await session.execute(select(Author.name))).scalars().all()


async def test_first_writer(session, factory):
    assert await names(session) == []
    await factory(Author, name="written by one")


async def test_second_writer(session, factory):
    assert await names(session) == []
    await factory(Author, name="written by one")


@pytest.mark.parametrize("attempt", range(3))
async def test_keys_start_again(attempt, author):
    assert author.id == 1


async def test_another_connection_sees_nothing(engine, book, session):
    assert await count_books(session) == 1
    async with engine.connect() as other:
        assert (await other.execute(select(func.count(Author.id)))).scalar_one() == 0


async def test_the_engine_lives_on_the_loop_of_the_tests(engine, session):
    counts = await asyncio.gather(count_books(session), asyncio.sleep(0, "slept"))
    assert counts == [0, "slept"]
