import asyncio

import pytest

from chat import Client


class TestClient:
    @pytest.mark.asyncio
    async def test_nothing_is_heard_in_a_silent_room(self, alice):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(alice.hear(), 0.05)

    @pytest.mark.asyncio
    async def test_an_answer_takes_no_time(self, alice, event_loop):
        started = event_loop.time()
        await alice.say("quick")
        await alice.hear()
        assert event_loop.time() - started < 5

    @pytest.mark.asyncio
    async def test_clients_come_and_go(self, port, event_loop):
        clients = [await event_loop.create_task(Client.connect(port)) for _ in range(3)]
        await asyncio.gather(*(client.leave() for client in clients))


def test_from_ordinary_code(event_loop, port):
    client = event_loop.run_until_complete(Client.connect(port))
    event_loop.run_until_complete(client.say("from outside"))
    assert event_loop.run_until_complete(client.hear()) == "from outside"
    event_loop.run_until_complete(client.leave())
