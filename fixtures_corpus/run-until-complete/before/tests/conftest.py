"""The mailroom is opened once, by fixtures that are not coroutines themselves."""

import asyncio

import pytest

from mailroom import Mailroom, subscribe


@pytest.fixture(scope="session")
def event_loop():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def mailroom(event_loop):
    """Open while the session lasts."""
    room = Mailroom()
    event_loop.run_until_complete(room.open())
    yield room
    event_loop.run_until_complete(room.close())


@pytest.fixture
def subscriber(event_loop, mailroom):
    name = event_loop.run_until_complete(subscribe(mailroom, "ada"))
    return name


@pytest.fixture
def letters(mailroom, subscriber, event_loop):
    for number in range(3):
        event_loop.run_until_complete(mailroom.post(subscriber, number))
    return [0, 1, 2]
