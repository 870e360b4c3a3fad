"""What was made on a loop written in C is found in tables of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from asyncshim.plugin.loops import internals
from asyncshim.plugin.loops.ownership import Ownership
from asyncshim.plugin.loops.recording import ownership_of
from asyncshim.plugin.loops.tables import Tables


@pytest.fixture
def loop() -> Iterator[Any]:
    uvloop = pytest.importorskip("uvloop")
    loop = uvloop.new_event_loop()
    ownership_of(loop, with_creator=False)
    yield loop
    loop.close()


def tables_of(loop: Any) -> Tables:
    tables = internals.tables_of(loop)
    assert tables is not None
    return tables


def test_timers_are_entered_until_they_are_cancelled_or_due(loop: Any) -> None:
    timer, due = loop.call_later(3600, print), loop.call_later(0, int)
    loop.call_at(loop.time() + 3600, print).cancel()
    loop.run_until_complete(asyncio.sleep(0.01))
    assert internals.timers(loop) == [timer]
    assert due not in internals.timers(loop)
    internals.drop_timers(loop, [timer])
    assert internals.timers(loop) == []


def test_servers_and_both_ends_of_a_connection_are_entered_until_they_are_closed(loop: Any) -> None:
    accepted: list[Any] = []  # from Python 3.13 on, a writer that nobody keeps closes its connection

    async def connect() -> None:
        server = await asyncio.start_server(lambda *streams: accepted.append(streams), "127.0.0.1", 0)
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await asyncio.sleep(0.01)
        assert [kind for kind, _ in tables_of(loop).closable()].count("server") == 1
        while len(tables_of(loop).closable()) < 3:
            await asyncio.sleep(0.01)
        server.close()
        for kind, thing in tables_of(loop).closable():
            assert kind == "transport"
            thing.abort()
        writer.close()
        await asyncio.sleep(0)
        assert tables_of(loop).closable() == []

    loop.run_until_complete(asyncio.wait_for(connect(), 60))


def test_an_executor_that_was_shut_down_is_refused_until_the_end_of_the_test(loop: Any) -> None:
    async def shut_down() -> None:
        assert await loop.run_in_executor(None, int) == 0
        await loop.shutdown_default_executor()
        with pytest.raises(RuntimeError, match="shutdown"):
            loop.run_in_executor(None, int)
        tables_of(loop).is_shut_down = False
        assert await loop.run_in_executor(None, int) == 0
        await loop.shutdown_default_executor()

    loop.run_until_complete(shut_down())
    assert internals.default_executor(loop) is None


def test_a_stop_before_the_loop_runs_is_known_and_forgotten(loop: Any) -> None:
    assert not internals.forget_stop(loop)
    loop.stop()
    assert internals.forget_stop(loop)
    loop.run_until_complete(asyncio.sleep(0.001))


def test_tables_are_kept_once_and_only_for_loops_that_hide_their_own(loop: Any) -> None:
    known = ownership_of(loop, with_creator=False)
    assert isinstance(known, Ownership)
    assert ownership_of(loop, with_creator=False) is known
    ordinary = asyncio.SelectorEventLoop()
    try:
        ownership_of(ordinary, with_creator=False)
        assert internals.tables_of(ordinary) is None
    finally:
        ordinary.close()
