import asyncio

import pytest
from alt_pytest_asyncio.plugin import OverrideLoop

ended = []


def test_restores_the_loop():
    before = asyncio.get_event_loop()
    with OverrideLoop() as own:
        assert asyncio.get_event_loop() is own.loop is not before
        assert own.run_until_complete(asyncio.sleep(0, 3)) == 3
    assert own.loop.is_closed()
    assert asyncio.get_event_loop() is before
    assert not before.is_closed()


def test_errors_are_raised():
    async def fail():
        raise ValueError("wrong")

    with OverrideLoop() as own, pytest.raises(ValueError, match="wrong"):
        own.run_until_complete(fail())


def test_tasks_and_generators_end_with_the_block():
    async def wait():
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("task")

    async def numbers():
        try:
            yield 1
        except asyncio.CancelledError:
            ended.append("generator")
            raise

    left = numbers()

    async def begin():
        assert await anext(left) == 1

    with OverrideLoop(new_loop=True) as own:
        own.loop.create_task(wait())
        own.run_until_complete(begin())
    assert ended == ["task", "generator"]


def test_without_a_new_loop():
    before = asyncio.get_event_loop()
    coroutine = asyncio.sleep(0)
    with OverrideLoop(new_loop=False) as none:
        assert none.loop is None
        with pytest.raises(RuntimeError, match="no current event loop"):
            asyncio.get_event_loop()
        with pytest.raises(Exception, match="OverrideLoop is not managing your overridden loop"):
            none.run_until_complete(coroutine)
    assert asyncio.get_event_loop() is before
    before.run_until_complete(coroutine)


def test_outside_of_the_block():
    coroutine = asyncio.sleep(0)
    with pytest.raises(Exception, match="OverrideLoop outside of using it as a context manager"):
        OverrideLoop().run_until_complete(coroutine)
    coroutine.close()


class TestFollow:
    @pytest.fixture(autouse=True)
    def custom_loop(self):
        with OverrideLoop() as custom_loop:
            yield custom_loop

    @pytest.fixture
    async def inside(self, custom_loop):
        yield asyncio.get_running_loop()
        assert asyncio.get_running_loop() is custom_loop.loop

    async def test_async(self, custom_loop, inside):
        assert asyncio.get_running_loop() is custom_loop.loop is inside

    def test_sync(self, custom_loop, inside):
        assert asyncio.get_event_loop() is custom_loop.loop is inside
        assert custom_loop.run_until_complete(asyncio.sleep(0, "slept")) == "slept"


@pytest.fixture(scope="module")
def loop_of_module():
    with OverrideLoop() as loop_of_module:
        yield loop_of_module


@pytest.fixture(scope="module")
async def resource(loop_of_module):
    yield asyncio.get_running_loop()
    assert asyncio.get_running_loop() is loop_of_module.loop


async def test_module_follows_the_loop_of_its_fixture(loop_of_module, resource):
    assert asyncio.get_running_loop() is loop_of_module.loop is resource


async def test_module_keeps_its_loop(resource):
    assert asyncio.get_running_loop() is resource
