import asyncio

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bounded import Bounded

LOOPS = set()
relaxed = settings(max_examples=25, deadline=None, database=None)


@pytest_asyncio.fixture
async def factory():
    made = []

    async def make(size):
        made.append(Bounded(size))
        return made[-1]

    yield make
    made.clear()


@pytest.mark.asyncio
@relaxed
@given(st.lists(st.integers()), st.integers(1, 5))
@example([1, 2, 3], 2)
async def test_the_newest_items_are_kept(items, size):
    queue = Bounded(size)
    for item in items:
        await queue.put(item)
    assert [await queue.get() for _ in range(len(queue))] == items[-size:]


@given(items=st.lists(st.text(), min_size=1, max_size=4))
@relaxed
@pytest.mark.asyncio
async def test_readers_wait_for_writers(items):
    queue = Bounded(len(items))
    readers = [asyncio.create_task(queue.get()) for _ in items]
    for item in items:
        await queue.put(item)
    assert sorted(await asyncio.gather(*readers)) == sorted(items)


@pytest.mark.asyncio
@settings(relaxed, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 3))
async def test_a_fixture_serves_all_examples(factory, size):
    queue = await factory(size)
    await queue.put(size)
    assert len(queue) == 1


class TestProperties:
    pytestmark = pytest.mark.asyncio

    @relaxed
    @given(number=st.integers())
    async def test_methods_too(self, number):
        LOOPS.add(asyncio.get_running_loop())
        await asyncio.sleep(0)
        assert isinstance(number, int)

    @relaxed
    @given(number=st.integers())
    def test_sync_properties_stay_sync(self, number):
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()

    @pytest.mark.xfail(reason="half of the integers are odd", strict=True, raises=AssertionError)
    @relaxed
    @given(number=st.integers())
    async def test_a_falsified_property_fails(self, number):
        await asyncio.sleep(0)
        assert number % 2 == 0
