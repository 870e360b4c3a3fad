"""The database is made once; whatever a test writes is rolled back behind it."""

import asyncio

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from library.models import Author, Base, Book


@pytest.fixture(scope="session")
def event_loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest_asyncio.fixture(scope="session")
async def engine(event_loop, tmp_path_factory):
    path = tmp_path_factory.mktemp("database") / "library.db"
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield engine
    await engine.dispose()


@pytest_asyncio.fixture(autouse=True)
async def session(engine):
    async with engine.connect() as connection:
        transaction = await connection.begin()
        session = AsyncSession(bind=connection, expire_on_commit=False)
        yield session
        await session.close()
        await transaction.rollback()


@pytest.fixture
def factory(session):
    """Makes instances in the session of the test, flushed, so that they have their keys."""

    async def make(model, **values):
        instance = model(**values)
        session.add(instance)
        await session.flush()
        return instance

    return make


@pytest_asyncio.fixture
async def author(factory):
    return await factory(Author, name="Ursula")


@pytest_asyncio.fixture
async def book(factory, author):
    return await factory(Book, title="The Dispossessed", author=author)
