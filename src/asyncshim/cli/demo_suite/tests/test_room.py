import asyncio

import pytest

pytestmark = pytest.mark.asyncio


async def test_a_line_comes_back(alice):
    await alice.say("hello")
    assert await alice.hear() == "hello"


@pytest.mark.parametrize("line", ["good morning", "good night", ""])
async def test_everyone_hears_every_line(alice, bob, line):
    await alice.say("here")
    await asyncio.gather(alice.hear(), bob.hear())
    await bob.say(line)
    assert await asyncio.gather(alice.hear(), bob.hear()) == [line, line]


async def test_the_room_is_still_the_same(room, alice):
    await alice.say("last")
    await alice.hear()
    assert len(room.lines) > 1


@pytest.mark.skip(reason="needs a second room")
async def test_rooms_are_apart():
    raise AssertionError


@pytest.mark.xfail(reason="nobody wrote it yet")
async def test_the_room_says_who_left(alice):
    assert await asyncio.wait_for(alice.hear(), 0.05)
