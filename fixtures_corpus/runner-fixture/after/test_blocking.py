import asyncio

import pytest


async def reply(value):
    await asyncio.sleep(0)
    return value


class Client:
    """A blocking face for coroutines."""

    def __init__(self, call):
        self.call = call

    def ask(self, value):
        return self.call(reply(value))


@pytest.fixture
def client(asyncio_runner):
    def call(coroutine):
        return asyncio_runner.run(coroutine)

    return Client(call)


@pytest.mark.parametrize("value", [1, "two"])
def test_ask(client, value):
    assert client.ask(value) == value


def test_many(asyncio_runner):
    replies = [asyncio_runner.run(reply(n)) for n in range(3)]
    assert replies == [0, 1, 2]
