import asyncio
import unittest

import pytest


class CaseTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.loop = asyncio.get_running_loop()

    async def test_loop(self):
        self.assertIs(self.loop, asyncio.get_running_loop())

    def test_sync(self):
        self.assertEqual(1, 1)

    @unittest.skip("not yet")
    async def test_skipped(self):
        self.fail("ran")


class PlainTest(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path):
        self.path = tmp_path

    def test_run(self):
        async def answer():
            return 42

        self.assertEqual(asyncio.run(answer()), 42)


@pytest.fixture
async def event():
    return asyncio.Event()


async def test_event(event):
    asyncio.get_running_loop().call_soon(event.set)
    assert await event.wait()


def test_run_leaves_a_loop_for_others(event):
    asyncio.run(asyncio.sleep(0))
    assert not event.is_set()
