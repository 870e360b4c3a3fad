import asyncio

import pytest
import pytest_asyncio


@pytest_asyncio.fixture
async def others(mailroom):
    names = ["grace", "edsger"]
    await asyncio.gather(*(mailroom.post(name, "hello") for name in names))
    return names


async def test_letters_are_collected(mailroom, subscriber, letters):
    assert await mailroom.collect(subscriber) == letters


@pytest.mark.asyncio
async def test_only_ones_own(mailroom, subscriber, others, event_loop):
    assert await mailroom.collect(subscriber) == []
    for name in others:
        assert await mailroom.collect(name) == ["hello"]


def test_sync_test_runs_the_loop(event_loop, mailroom, subscriber):
    event_loop.run_until_complete(mailroom.post(subscriber, "late"))
    assert event_loop.run_until_complete(mailroom.collect(subscriber)) == ["late"]


class TestSubscribing:
    def test_name_is_kept(self, event_loop, mailroom):
        assert event_loop.run_until_complete(asyncio.wait_for(mailroom.collect("nobody"), 1)) == []

    async def test_twice(self, subscriber, mailroom):
        assert await mailroom.collect(subscriber) == []
