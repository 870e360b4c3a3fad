import asyncio

import pytest


@pytest.fixture
async def others(mailroom):
    names = ["grace", "edsger"]
    await asyncio.gather(*(mailroom.post(name, "hello") for name in names))
    return names


async def test_letters_are_collected(mailroom, subscriber, letters):
    assert await mailroom.collect(subscriber) == letters


async def test_only_ones_own(mailroom, subscriber, others):
    assert await mailroom.collect(subscriber) == []
    for name in others:
        assert await mailroom.collect(name) == ["hello"]


async def test_sync_test_runs_the_loop(mailroom, subscriber):
    await mailroom.post(subscriber, "late")
    assert await mailroom.collect(subscriber) == ["late"]


class TestSubscribing:
    async def test_name_is_kept(self, mailroom):
        assert await asyncio.wait_for(mailroom.collect("nobody"), 1) == []

    async def test_twice(self, subscriber, mailroom):
        assert await mailroom.collect(subscriber) == []
