"""The mailroom is opened once, by fixtures that are not coroutines themselves."""

import pytest

from mailroom import Mailroom, subscribe


@pytest.fixture(scope="session")
async def mailroom():
    """Open while the session lasts."""
    room = Mailroom()
    await room.open()
    yield room
    await room.close()


@pytest.fixture
async def subscriber(mailroom):
    name = await subscribe(mailroom, "ada")
    return name


@pytest.fixture
async def letters(mailroom, subscriber):
    for number in range(3):
        await mailroom.post(subscriber, number)
    return [0, 1, 2]
