"""What is left on a loop is collected as records: kind, object, name, place of creation."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from asyncshim.plugin.loops.leftovers import Leftover, collect
from asyncshim.plugin.loops.lifetimes import FUNCTION, SESSION, go_back_to, present_place, start_in
from asyncshim.plugin.loops.ownership import Ownership
from asyncshim.plugin.loops.runners import LoopScope

MODULE = LoopScope("module")


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    former = present_place()
    loop = asyncio.SelectorEventLoop()
    yield loop
    loop.close()
    go_back_to(former)


@pytest.fixture
def ownership(loop: asyncio.AbstractEventLoop) -> Ownership:
    return Ownership(loop, with_creator=False)


def kinds(found: list[Leftover]) -> list[str]:
    return [leftover.kind for leftover in found]


def start_all(loop: Any, kept: list[Any]) -> None:
    """Leave one thing of each kind on *loop*."""

    async def start() -> None:
        reading, writing = os.pipe()
        loop.call_later(3600, print)
        loop.add_reader(reading, print)
        loop.add_writer(writing, print)
        loop.add_signal_handler(signal.SIGUSR1, print)
        kept.append(await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0))
        kept.append(await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0)))
        await loop.run_in_executor(None, int)
        kept.append((reading, writing))

    loop.run_until_complete(start())
    loop.call_soon(print)


EVERYTHING = ["timer", "callback", "reader", "writer", "transport", "server", "signal handler", "executor"]


def test_everything_that_a_scope_left_is_collected_in_the_order_of_its_end(
    loop: asyncio.AbstractEventLoop, ownership: Ownership
) -> None:
    kept: list[Any] = []
    start_in(FUNCTION, "test_it")
    start_all(loop, kept)
    try:
        found = collect(loop, FUNCTION, ownership)
        assert kinds(found) == EVERYTHING
        assert kinds(collect(loop, MODULE, ownership)) == []
        assert kinds(collect(loop, SESSION, ownership)) == EVERYTHING
        names = {leftover.kind: leftover.name for leftover in found}
        assert names["timer"] == "print"
        assert names["signal handler"] == "SIGUSR1"
        assert names["server"] == f"127.0.0.1:{kept[0].sockets[0].getsockname()[1]}"
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)
        kept[0].close()
        kept[1][0].close()
        loop.run_until_complete(asyncio.sleep(0))
        for descriptor in kept[2]:
            loop.remove_reader(descriptor)
            loop.remove_writer(descriptor)
            os.close(descriptor)


def test_each_thing_belongs_to_the_scope_that_started_it(loop: asyncio.AbstractEventLoop, ownership: Ownership) -> None:
    start_in(MODULE, "test_first")
    of_module = loop.call_later(3600, print)
    start_in(FUNCTION, "test_second")
    of_function = loop.call_later(3600, print)
    assert [leftover.what for leftover in collect(loop, MODULE, ownership)] == [of_module]
    assert [leftover.what for leftover in collect(loop, FUNCTION, ownership)] == [of_function]
    assert [leftover.starter for leftover in collect(loop, MODULE, ownership)] == ["test_first"]


def test_what_was_on_the_loop_before_asyncshim_drove_it_is_not_collected(loop: asyncio.AbstractEventLoop) -> None:
    loop.call_later(3600, print)
    ownership = Ownership(loop, with_creator=False)
    assert collect(loop, FUNCTION, ownership) == []
    assert collect(loop, SESSION, ownership) == []


def test_a_connection_belongs_to_its_maker_whoever_resumes_reading(
    loop: asyncio.AbstractEventLoop, ownership: Ownership
) -> None:
    async def connect() -> Any:
        server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
        transport, _ = await loop.create_connection(asyncio.Protocol, *server.sockets[0].getsockname())
        return server, transport

    async def resume() -> None:
        transport.pause_reading()
        transport.resume_reading()

    start_in(MODULE, "test_first")
    server, transport = loop.run_until_complete(connect())
    start_in(FUNCTION, "test_second")
    loop.run_until_complete(resume())
    assert collect(loop, FUNCTION, ownership) == []
    assert transport in [leftover.what for leftover in collect(loop, MODULE, ownership)]
    server.close()
    for left in collect(loop, MODULE, ownership):
        left.what.close()
    loop.run_until_complete(asyncio.sleep(0))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of processes differ")
def test_a_process_is_one_transport_whatever_its_pipes_are(
    loop: asyncio.AbstractEventLoop, ownership: Ownership
) -> None:
    async def start() -> Any:
        return await asyncio.create_subprocess_exec(
            "cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )

    start_in(FUNCTION, "test_it")
    process = loop.run_until_complete(start())
    found = collect(loop, FUNCTION, ownership)
    assert [(leftover.kind, leftover.name) for leftover in found] == [("transport", f"of process {process.pid}")]
    process.kill()
    loop.run_until_complete(process.communicate())
