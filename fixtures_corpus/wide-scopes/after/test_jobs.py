"""Wide loop scopes that keep nothing alive: what is started ends with its test, or in its own fixture."""

import asyncio

import pytest


@pytest.fixture(scope="module")
async def queue():
    queue = asyncio.Queue()
    worker = asyncio.create_task(work(queue))
    yield queue
    worker.cancel()


async def work(queue):
    while True:
        done = await queue.get()
        done.set_result("done")


async def ask(queue):
    done = asyncio.get_running_loop().create_future()
    await queue.put(done)
    return await done


async def test_one(queue):
    assert await ask(queue) == "done"


async def test_many(queue):
    jobs = [asyncio.create_task(ask(queue)) for _ in range(3)]
    assert await asyncio.gather(*jobs) == ["done"] * 3


@pytest.mark.asyncio(loop_scope="module")
class TestLeftAlone:
    kept = []

    async def test_forgets_it(self):
        self.kept.append(asyncio.create_task(asyncio.sleep(60)))

    async def test_finds_it(self):
        assert not self.kept[0].done()
