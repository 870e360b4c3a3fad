import asyncio
from contextvars import ContextVar

import pytest
import pytest_asyncio

user = ContextVar("user", default="nobody")


@pytest_asyncio.fixture
async def group():
    async with asyncio.TaskGroup() as group:
        yield group


@pytest_asyncio.fixture
async def limited():
    async with asyncio.timeout(30) as limit:
        yield limit


@pytest.fixture
async def as_ada():
    token = user.set("ada")
    yield
    user.reset(token)


@pytest.mark.asyncio
async def test_tasks_of_the_group(group):
    tasks = [group.create_task(asyncio.sleep(0, n)) for n in range(3)]
    await asyncio.sleep(0.001)
    assert [task.result() for task in tasks] == [0, 1, 2]


async def test_a_task_outlives_the_test(group, limited):
    group.create_task(asyncio.sleep(0.001))
    assert not limited.expired()


class TestUser:
    pytestmark = [pytest.mark.asyncio]

    async def test_what_a_fixture_sets_is_seen(self, as_ada):
        assert user.get() == "ada"
        user.set("bob")

    async def test_what_a_test_sets_is_not(self):
        assert user.get() == "nobody"

    async def test_tasks_inherit_it(self, as_ada):
        async def ask():
            return user.get()

        assert await asyncio.create_task(ask()) == "ada"
