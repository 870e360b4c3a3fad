import asyncio

import alt_pytest_asyncio
import pytest
from alt_pytest_asyncio import Loop, protocols

ended = []


@pytest.fixture(scope="module")
async def loop_of_session():
    return asyncio.get_running_loop()


def test_restores_the_loop():
    before = asyncio.get_event_loop()
    with Loop() as own:
        assert asyncio.get_event_loop() is own.controlled_loop
        assert own.run_until_complete(asyncio.sleep(0, 3)) == 3
    assert own.controlled_loop.is_closed()
    assert asyncio.get_event_loop() is before
    assert not before.is_closed()


def test_errors_are_raised():
    async def fail():
        raise ValueError("wrong")

    with Loop() as own, pytest.raises(ValueError, match="wrong"):
        own.run_until_complete(fail())


def test_tasks_end_with_the_block():
    async def wait():
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("task")

    with Loop(new_loop=True) as own:
        own.controlled_loop.create_task(wait())
        own.run_until_complete(asyncio.sleep(0))
    assert ended == ["task"]


def test_without_a_new_loop():
    before = asyncio.get_event_loop()
    with alt_pytest_asyncio.Loop(new_loop=False) as none:
        assert none.controlled_loop is None
        with pytest.raises(RuntimeError, match="no current event loop"):
            asyncio.get_event_loop()
    assert asyncio.get_event_loop() is before


class TestFollow:
    @pytest.fixture(autouse=True)
    def own_loop(self, loop_of_session):
        with Loop() as own:
            yield own

    @pytest.fixture
    async def inside(self, own_loop: protocols.Loop):
        yield asyncio.get_running_loop()
        assert asyncio.get_running_loop() is own_loop.controlled_loop

    async def test_async(self, own_loop: protocols.Loop, inside, loop_of_session):
        assert asyncio.get_running_loop() is own_loop.controlled_loop is inside
        assert inside is not loop_of_session

    def test_sync(self, own_loop: protocols.Loop, inside):
        assert asyncio.get_event_loop() is own_loop.controlled_loop is inside

    async def test_may_close_it(self, own_loop: protocols.Loop):
        asyncio.get_running_loop().call_soon(ended.append, "called")
        await asyncio.sleep(0)
        assert ended[-1] == "called"


async def test_afterwards(loop_of_session):
    assert asyncio.get_running_loop() is loop_of_session
